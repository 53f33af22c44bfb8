//! What the log is: leaves, links and signed heads. Pure.

pub mod catalogue;
mod head;
mod leaf;
mod link;
mod verdict;

pub use head::{Head, HeadKey, HeadKeyError};
pub use leaf::Leaf;
pub use link::Link;
pub use verdict::{Checker, Entry, Verdict};
