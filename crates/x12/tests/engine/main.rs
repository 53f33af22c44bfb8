//! The engine through its public interface: segments, places, findings and acknowledgements.

#[cfg(test)]
mod acknowledging;
#[cfg(test)]
mod astray;
#[cfg(test)]
mod cascades;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod elements;
#[cfg(test)]
mod envelopes;
#[cfg(test)]
mod findings;
#[cfg(test)]
mod flood;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod placing;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod recovering;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod sequence;
#[cfg(test)]
mod structure;
#[cfg(test)]
mod sums;
