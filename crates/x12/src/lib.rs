#![doc = include_str!("../README.md")]

pub mod acknowledgement;
pub mod balance;
mod characters;
pub mod check;
pub mod delimiters;
pub mod envelope;
pub mod error;
mod fields;
pub mod finding;
#[cfg(test)]
mod fixtures;
pub mod guide;
pub mod line;
mod npi;
mod number;
pub mod reader;
pub mod segment;
#[cfg(feature = "synthetic")]
pub mod synthetic;
pub mod tree;
pub mod units;
pub mod walk;
pub mod writer;

pub use characters::is_written;
pub use delimiters::Delimiters;
pub use envelope::{Group, Interchange, Transaction};
pub use error::{Fault, IsaDelimiter, Place, ReadError, WriteError};
pub use finding::{Code, Finding, Level, Severity};
pub use line::Line;
pub use npi::is_valid_npi;
pub use number::number;
pub use reader::{Feeder, Limits, SegmentReader, StreamError, StreamReader};
pub use segment::{Segment, SegmentBuffer};
pub use writer::{
    Builder, ControlNumbers, Envelope, Header, InterchangeWriter, Party, TransactionKind, TransactionSet, Usage,
};
