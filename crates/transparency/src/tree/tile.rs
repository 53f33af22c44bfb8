//! Tiles: 256 hashes of one level of the tree, the unit in which it is stored and read (C2SP
//! tlog-tiles).

use super::{
    frontier::{Frontier, fold},
    node::NodeId,
};
use crate::hash::Hash;
use std::collections::{BTreeMap, BTreeSet};

/// Levels of the tree that a tile spans.
pub const TILE_HEIGHT: u32 = 8;

/// Hashes of a full tile.
pub const TILE_WIDTH: u16 = 1 << TILE_HEIGHT;

/// Place of a tile. Level 0 holds leaf hashes; a hash of level n + 1 is the root of a full tile of
/// level n.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// Level, counted in tiles.
    pub level: u8,
    /// Place within its level, from the left.
    pub index: u64,
}

impl TileId {
    /// The tile that contains the node's hash, or the hashes that it is computed from.
    pub fn of(node: NodeId) -> Self {
        let level = node.level / TILE_HEIGHT;
        Self {
            // A tree of u64 leaves has fewer than nine levels of tiles.
            level: u8::try_from(level).unwrap_or(u8::MAX),
            index: node.index >> (TILE_HEIGHT - node.level % TILE_HEIGHT),
        }
    }

    /// How many hashes the tile has in a tree of `size`.
    pub fn width(self, size: u64) -> u16 {
        let hashes = size.checked_shr(TILE_HEIGHT * u32::from(self.level)).unwrap_or(0);
        let before = self.index.saturating_mul(u64::from(TILE_WIDTH));
        let width = hashes.saturating_sub(before).min(u64::from(TILE_WIDTH));
        u16::try_from(width).unwrap_or(TILE_WIDTH)
    }
}

/// A tile's hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile(Vec<Hash>);

impl Tile {
    /// A tile of 1 to 256 hashes; None for any other number.
    pub fn new(hashes: Vec<Hash>) -> Option<Self> {
        (1..=usize::from(TILE_WIDTH))
            .contains(&hashes.len())
            .then_some(Self(hashes))
    }

    /// A tile from its hashes one after the other, 32 bytes each.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (hashes, rest) = bytes.as_chunks();
        if !rest.is_empty() {
            return None;
        }
        Self::new(hashes.iter().copied().map(Hash::new).collect())
    }

    /// The hashes one after the other.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(Hash::as_bytes).copied().collect()
    }

    /// The hashes.
    pub fn hashes(&self) -> &[Hash] {
        &self.0
    }

    /// A full tile's root: one hash of the level above.
    pub fn root(&self) -> Option<Hash> {
        (self.0.len() == usize::from(TILE_WIDTH)).then(|| complete(&self.0))
    }

    /// The hash of a node of this tile ([`TileId::of`]); None where the tile does not reach so far.
    pub fn node(&self, node: NodeId) -> Option<Hash> {
        let height = node.level % TILE_HEIGHT;
        let first = usize::try_from((node.index << height) % u64::from(TILE_WIDTH)).ok()?;
        self.0.get(first..first + (1 << height)).map(complete)
    }
}

/// Root over a power of two of hashes.
fn complete(hashes: &[Hash]) -> Hash {
    let mut frontier = Frontier::new();
    frontier.extend(hashes.iter().copied());
    frontier.root()
}

/// The tiles these nodes are read from, each with its width in the tree of `size`; none for what
/// the tree's right edge knows.
pub fn needed<'a>(nodes: impl IntoIterator<Item = &'a NodeId>, size: u64, edge: &Frontier) -> BTreeSet<(TileId, u16)> {
    let tile = |node: &NodeId| {
        let id = TileId::of(*node);
        (id, id.width(size))
    };
    nodes
        .into_iter()
        .filter(|node| edge.node(**node).is_none())
        .map(tile)
        .collect()
}

/// A tile is not among those loaded, or is shorter than the tree says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no hash for node {} of level {}", .0.index, .0.level)]
pub struct MissingNode(pub NodeId);

/// The hashes of a proof ([`super::proof`]), read from the tree's right edge and loaded tiles.
pub fn resolve(
    proof: &[Vec<NodeId>],
    edge: &Frontier,
    tiles: &BTreeMap<TileId, Tile>,
) -> Result<Vec<Hash>, MissingNode> {
    let hash = |node: &NodeId| {
        let in_tile = || tiles.get(&TileId::of(*node)).and_then(|tile| tile.node(*node));
        edge.node(*node).or_else(in_tile).ok_or(MissingNode(*node))
    };
    let folded = |nodes: &Vec<NodeId>| Ok(fold(&nodes.iter().map(hash).collect::<Result<Vec<_>, _>>()?));
    proof.iter().map(folded).collect()
}

/// The tiles that become full when a tree of `first` leaves grows to `size`: level by level from
/// the leaves, left to right.
pub fn completed(first: u64, size: u64) -> Vec<TileId> {
    let mut full = Vec::new();
    let (mut before, mut after) = (first >> TILE_HEIGHT, size >> TILE_HEIGHT);
    let mut level = 0;
    while after > 0 {
        full.extend((before..after).map(|index| TileId { level, index }));
        (before, after, level) = (before >> TILE_HEIGHT, after >> TILE_HEIGHT, level + 1);
    }
    full
}
