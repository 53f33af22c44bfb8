//! What audit stores, by subject. The only place with SQL.

pub mod compliance;
pub mod log;
pub mod reports;
