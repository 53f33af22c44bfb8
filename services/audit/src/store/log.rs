//! Tables of the log: events, trees, tiles, checkpoints, retention, holds.

pub mod checkpoints;
pub mod events;
pub mod holds;
pub mod retention;
pub mod search;
pub mod tiles;
pub mod trees;
