#![doc = include_str!("../README.md")]

pub mod acknowledgement;
pub mod authorization;
pub mod balance;
pub mod check;
pub mod claim;
pub mod delimiters;
pub mod eligibility;
pub mod enrollment;
pub mod envelope;
pub mod error;
mod fields;
pub mod finding;
pub mod guide;
pub mod line;
pub mod names;
pub mod parts;
pub mod premium;
pub mod reader;
pub mod remittance;
pub mod segment;
pub mod status;
#[cfg(feature = "synthetic")]
pub mod synthetic;
pub mod tree;
pub mod walk;
pub mod writer;

pub use delimiters::Delimiters;
pub use envelope::{Group, Interchange, Transaction};
pub use error::{Fault, Place, ReadError, WriteError};
pub use finding::{Code, Finding, Level, Severity};
pub use line::Line;
pub use names::{is_valid_npi, normalise_name, normalise_organization};
pub use parts::ViewError;
pub use reader::{Feeder, Limits, SegmentReader, StreamError, StreamReader};
pub use segment::Segment;
pub use writer::{
    Builder, ControlNumbers, Envelope, Header, InterchangeWriter, Party, TransactionKind, TransactionSet, Usage,
};
