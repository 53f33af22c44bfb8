//! What audit remembers. The only place with SQL.

pub mod events;
pub mod heads;
