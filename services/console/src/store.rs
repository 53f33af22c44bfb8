//! What the console remembers. The only place with SQL.

pub mod breakers;
