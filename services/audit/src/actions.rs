//! What audit does, by subject: one file a verb, one transaction each, called by routes and
//! consumers.

pub mod compliance;
pub mod log;
pub mod reports;
