//! The tables of schema `sandbox`. The only place with SQL.

pub mod charts;
pub mod faults;
pub mod stripe;
pub mod tokens;
pub mod webhooks;
