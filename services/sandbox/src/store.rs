//! What test mode remembers. The only place with SQL; plain functions over a connection.

pub mod charts;
pub mod faults;
pub mod stripe;
pub mod tokens;
pub mod webhooks;
