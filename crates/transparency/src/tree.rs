//! The tree: its right edge, its nodes, and proofs over them.

pub mod frontier;
pub mod node;
pub mod path;
pub mod proof;
pub mod tile;
pub mod verify;
