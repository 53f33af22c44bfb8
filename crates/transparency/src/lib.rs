#![doc = include_str!("../README.md")]

pub mod hash;
pub mod tree;

pub use hash::{HASH_LENGTH, Hash};
pub use tree::{
    frontier::{Frontier, fold},
    node::NodeId,
    path::{parse_tile_path, tile_path},
    proof::{ProofError, consistency_nodes, inclusion_nodes},
    tile::{MissingNode, TILE_HEIGHT, TILE_WIDTH, Tile, TileId, completed, needed, resolve},
    verify::{hashes, verify_consistency, verify_consistency_bytes, verify_inclusion, verify_inclusion_bytes},
};
