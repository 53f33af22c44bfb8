//! Systems that we do not own.

pub mod stripe;
