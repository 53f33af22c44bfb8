//! Consumers of events.

pub mod consents;
