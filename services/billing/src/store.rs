//! What billing remembers. The only place with SQL.

pub mod consents;
pub mod payments;
