//! Checks that upper tiles agree with the leaves.

use mc_transparency::{Hash, Tile, TileId};
use std::collections::BTreeMap;

/// Collects the roots of tiles, level by level, and the first leaf below a tile that differs.
#[derive(Default)]
pub struct TileRoots {
    roots: BTreeMap<TileId, Hash>,
    bad: Option<u64>,
}

impl TileRoots {
    /// Adds a full tile of leaf hashes, with its stored root.
    pub fn leaf_tile(&mut self, index: u64, hashes: &[Hash], stored: &[u8]) {
        let id = TileId { level: 0, index };
        let root = Tile::new(hashes.to_vec()).and_then(|tile| tile.root());
        self.keep(id, root, Hash::from_slice(stored));
    }

    /// Adds a full tile of a higher level, with its stored root. Tiles must come level by level,
    /// from the left.
    pub fn upper_tile(&mut self, id: TileId, (hashes, stored): &(Vec<u8>, Vec<u8>)) {
        let width = u64::from(mc_transparency::TILE_WIDTH);
        let below = (id.index * width..(id.index + 1) * width)
            .map(|index| {
                self.roots
                    .get(&TileId {
                        level: id.level - 1,
                        index,
                    })
                    .copied()
            })
            .collect::<Option<Vec<Hash>>>()
            .and_then(Tile::new);
        if below.as_ref().map(Tile::to_bytes).as_ref() != Some(hashes) {
            self.note(id);
        }
        self.keep(id, below.and_then(|tile| tile.root()), Hash::from_slice(stored));
    }

    /// The first event below a tile that differs; None where all agree.
    pub fn first_bad(&self) -> Option<u64> {
        self.bad
    }

    fn keep(&mut self, id: TileId, root: Option<Hash>, stored: Option<Hash>) {
        if root.is_none() || root != stored {
            self.note(id);
        }
        if let Some(root) = root {
            self.roots.insert(id, root);
        }
    }

    fn note(&mut self, id: TileId) {
        let first = id.index << (mc_transparency::TILE_HEIGHT * (u32::from(id.level) + 1));
        self.bad = Some(self.bad.map_or(first, |bad| bad.min(first)));
    }
}
