//! The tiles that become full when a tree grows.

use mc_transparency::{Hash, Tile, TileId, completed};
use std::collections::{BTreeMap, BTreeSet};

/// The tiles that become full when a tree of `first` leaves grows to `size` and that have hashes
/// already, with their number: the input of [`full_tiles`].
pub fn begun(first: u64, size: u64) -> BTreeSet<(TileId, u16)> {
    completed(first, size)
        .into_iter()
        .map(|id| (id, id.width(first)))
        .filter(|(_, width)| *width > 0)
        .collect()
}

/// The tiles that become full when `leaves` are appended to a tree of `first` leaves; None where
/// `begun` is incomplete.
pub fn full_tiles(first: u64, leaves: &[Hash], begun: &BTreeMap<TileId, Tile>) -> Option<Vec<(TileId, Tile)>> {
    let size = first + leaves.len() as u64;
    let mut full: Vec<(TileId, Tile)> = Vec::new();
    // New hashes of the current level: leaves, then roots of the tiles that became full one level
    // below.
    let (mut level, mut fresh) = (0, leaves.to_vec());
    let mut taken = 0;
    for id in completed(first, size) {
        if id.level != level {
            fresh = full
                .iter()
                .filter(|(below, _)| below.level == level)
                .filter_map(|(_, tile)| tile.root())
                .collect();
            (level, taken) = (id.level, 0);
        }
        let stood = id.width(first);
        let mut hashes = match begun.get(&id) {
            Some(tile) if stood > 0 => tile.hashes().get(..usize::from(stood))?.to_vec(),
            None if stood == 0 => Vec::new(),
            _ => return None,
        };
        let wanted = usize::from(mc_transparency::TILE_WIDTH) - hashes.len();
        hashes.extend_from_slice(fresh.get(taken..taken + wanted)?);
        taken += wanted;
        full.push((id, Tile::new(hashes)?));
    }
    Some(full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_are_the_same_however_the_leaves_are_cut_into_commits() {
        let leaves: Vec<Hash> = (0..70_000_u32).map(|n| Hash::leaf(&n.to_be_bytes())).collect();
        let at_once = full_tiles(0, &leaves, &BTreeMap::new()).unwrap();
        let mut stored: BTreeMap<TileId, Tile> = BTreeMap::new();
        let mut first = 0;
        for step in [1, 254, 1, 255, 256, 257, 511, 3000, 65_000, 465] {
            let cut = &leaves[first..first + step];
            let stood: BTreeMap<TileId, Tile> = begun(first as u64, (first + step) as u64)
                .into_iter()
                .map(|(id, width)| (id, below(&leaves, &stored, id, width)))
                .collect();
            for (id, tile) in full_tiles(first as u64, cut, &stood).unwrap() {
                assert!(stored.insert(id, tile).is_none());
            }
            first += step;
        }
        assert_eq!(first, leaves.len());
        assert_eq!(stored, at_once.into_iter().collect());
        assert_eq!(stored.len(), 273 + 1);
    }

    /// What the store returns for a tile that is not full.
    fn below(leaves: &[Hash], stored: &BTreeMap<TileId, Tile>, id: TileId, width: u16) -> Tile {
        let places = (id.index * 256)..(id.index * 256 + u64::from(width));
        let hash = |place| match id.level {
            0 => leaves[usize::try_from(place).unwrap()],
            above => stored[&TileId {
                level: above - 1,
                index: place,
            }]
                .root()
                .unwrap(),
        };
        Tile::new(places.map(hash).collect()).unwrap()
    }

    #[test]
    fn a_tile_whose_beginning_is_missing_is_not_made() {
        let leaves = vec![Hash::EMPTY; 300];
        assert!(full_tiles(7, &leaves, &BTreeMap::new()).is_none());
    }
}
