//! The tables of schema `billing`. The only place with SQL.

pub mod consents;
pub mod payments;
