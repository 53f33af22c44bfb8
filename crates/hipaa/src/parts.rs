//! The segments that several transactions share: names, addresses, references, dates, amounts,
//! adjustments.
//!
//! Absent text is an empty `String`; amounts are an `Option`, as zero is a value, and `None` where
//! they are absent or unreadable. A date whose text does not match its format qualifier is kept as
//! text. Amounts are exact. `Debug` shows the type and never a value.

mod address;
mod adjudication;
mod adjustment;
#[cfg(test)]
pub(crate) mod arbitrary;
mod beginning;
mod contact;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod damage;
mod date;
mod decimal;
mod delivery;
mod demographics;
mod field;
mod hierarchy;
mod measure;
mod name;
mod procedure;
mod read;
mod reference;
#[cfg(test)]
mod samples;
mod trace;

pub use address::Address;
pub use adjudication::Adjudication;
pub use adjustment::Adjustment;
pub use contact::Contact;
pub use date::{Dated, When};
pub use delivery::Delivery;
pub use demographics::{Demographics, Ethnicity, Gender};
pub use measure::{Amount, Quantity};
pub use name::{Identifier, Name, Organization};
pub use procedure::Procedure;
pub use read::{Read, ViewError};
pub use reference::Reference;
pub use trace::Trace;

pub(crate) use adjustment::{adjustments, write_adjustments};
pub(crate) use beginning::beginning;
pub(crate) use date::{date, day, moment, moment_text};
pub(crate) use decimal::{number, optional, total};
pub(crate) use field::{At, all, each, either, find, first, inner, list, need, one, text_of};
pub(crate) use hierarchy::{Hierarchy, last, levels};
pub(crate) use procedure::composite;

use mc_x12::{Builder, Line, WriteError};

/// A segment as a value that can be read and written.
pub(crate) trait Part: Sized {
    /// The segment's id.
    const ID: &'static str;
    fn read(at: At<'_, '_>) -> Self;
    /// [`WriteError::Form`] for more repetitions than the segment can hold.
    fn line(&self) -> Result<Line, WriteError>;
}

/// Writes one segment for each part.
pub(crate) fn write_all<'a, T: Part + 'a>(
    out: &mut Builder,
    parts: impl IntoIterator<Item = &'a T>,
) -> Result<(), WriteError> {
    parts.into_iter().try_for_each(|part| out.push(part.line()?))
}

/// Implements `Debug` with the name of the type only, for types that may identify a patient.
macro_rules! redact_debug {
    ($($name:ident),+ $(,)?) => {
        $(impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "([phi])"))
            }
        })+
    };
}
pub(crate) use redact_debug;
