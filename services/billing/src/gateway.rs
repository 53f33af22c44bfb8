//! External systems.

pub mod stripe;
