//! Consumers of events.

pub mod breakers;
