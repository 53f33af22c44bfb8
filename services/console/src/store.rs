//! The tables of schema `console`. The only place with SQL.

pub mod breakers;
