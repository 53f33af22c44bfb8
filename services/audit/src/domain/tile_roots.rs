//! Whether the tiles above the leaves say what the leaves say.

use mc_transparency::{Hash, Tile, TileId};
use std::collections::BTreeMap;

/// Gathers the roots of tiles, level by level, and the first leaf below one that differs.
#[derive(Default)]
pub struct TileRoots {
    roots: BTreeMap<TileId, Hash>,
    bad: Option<u64>,
}

impl TileRoots {
    /// A full tile of leaf hashes, and the root that is stored beside it.
    pub fn leaf_tile(&mut self, index: u64, hashes: &[Hash], stored: &[u8]) {
        let id = TileId { level: 0, index };
        let root = Tile::new(hashes.to_vec()).and_then(|tile| tile.root());
        self.keep(id, root, Hash::from_slice(stored));
    }

    /// A full tile of a level above, with the root stored beside it. Tiles come level by level, from the left.
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

    /// The first event below a tile that differs.
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
