//! The tables of schema `billing`.

pub mod consents;
pub mod payments;
pub mod surplus;
