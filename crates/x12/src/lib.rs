#![doc = include_str!("../README.md")]

pub mod delimiters;
pub mod eligibility;
pub mod envelope;
pub mod error;
pub mod guide;
pub mod line;
pub mod names;
pub mod reader;
pub mod segment;
pub mod writer;

pub use delimiters::Delimiters;
pub use envelope::{Group, Interchange, Transaction};
pub use error::{Fault, Place, ReadError, WriteError};
pub use line::Line;
pub use names::{is_valid_npi, normalise_name, normalise_organization};
pub use reader::{Limits, SegmentReader};
pub use segment::Segment;
pub use writer::{Builder, ControlNumbers, Header, Party, TransactionKind, Usage};
