#![doc = include_str!("../README.md")]

pub mod audit;
pub mod checkpoint;
pub mod export;
pub mod hash;
pub mod receipt;
pub mod tree;

pub use audit::{Checker, CompareError, Content, Relation, Seen, Tampering, Verdict, compare_checkpoints};
pub use checkpoint::{Checkpoint, KeyError, NoteError, Signer, VerifierKey};
pub use export::{ExportError, ExportVerdict, ExportWriter, Header, WriteError};
pub use hash::{HASH_LENGTH, Hash};
pub use receipt::{Receipt, ReceiptError};
pub use tree::{
    frontier::{Frontier, fold},
    node::NodeId,
    path::{parse_tile_path, tile_path},
    proof::{ProofError, consistency_nodes, inclusion_nodes},
    tile::{MissingNode, TILE_HEIGHT, TILE_WIDTH, Tile, TileId, completed, needed, resolve},
    verify::{hashes, verify_consistency, verify_consistency_bytes, verify_inclusion, verify_inclusion_bytes},
};
