//! Detection of misuse (U7): rules as data over the stream of logged events.
//!
//! Pure and without a clock: the time is that of the events. What an event leads to does not depend on the order in which events
//! arrive, as long as they arrive within the tolerance.

mod care;
mod engine;
mod fact;
mod gathering;
mod hours;
mod known;
mod learning;
mod networks;
mod rule;
mod rulebook;
mod tally;
mod travel;
mod watch;
mod when;
mod window;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(super) use tests::reading_of;

pub use care::{Care, Contact, Contacts};
pub use engine::{Engine, Held, Question, Trigger};
pub use fact::{Evidence, Fact};
pub use known::{Known, Member, Thresholds};
pub use learning::{Learned, Learner};
pub use networks::{InvalidNetwork, Network, Networks};
pub use rule::{Key, Measure, Rule, Severity, Subject};
pub use rulebook::{Learning, RuleBook, RuleBookError};
