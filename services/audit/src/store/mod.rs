//! What audit remembers. The only place with SQL.

pub mod checkpoints;
pub mod events;
pub mod holds;
pub mod retention;
pub mod search;
pub mod tallies;
pub mod tiles;
pub mod trees;
