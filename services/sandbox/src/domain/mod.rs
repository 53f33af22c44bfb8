//! Who lives in test mode, and how the outside world behaves towards them. Pure.

pub mod people;
