//! The tree against ct-merkle, over trees of up to 600 leaves.

use ct_merkle::{RootHash, mem_backed_tree::MemoryBackedTree};
use mc_transparency::{
    Frontier, Hash, NodeId, TILE_WIDTH, Tile, TileId, completed, consistency_nodes, inclusion_nodes, needed, resolve,
    verify_consistency, verify_inclusion,
};
use proptest::prelude::*;
use sha2::Sha256;
use std::collections::BTreeMap;

type Oracle = MemoryBackedTree<Sha256, Vec<u8>>;

fn leaf(seed: u8, index: u64) -> Vec<u8> {
    format!("{{\"version\":{seed},\"index\":{index}}}").into_bytes()
}

/// Both trees, and the tiles of ours.
fn grown(seed: u8, size: u64) -> (Oracle, Frontier, BTreeMap<TileId, Tile>) {
    let (mut oracle, mut frontier) = (Oracle::new(), Frontier::new());
    let mut level: Vec<Hash> = (0..size).map(|index| Hash::leaf(&leaf(seed, index))).collect();
    for index in 0..size {
        oracle.push(leaf(seed, index));
    }
    frontier.extend(level.iter().copied());
    let mut tiles = BTreeMap::new();
    for number in 0.. {
        let stored: Vec<_> = level
            .chunks(usize::from(TILE_WIDTH))
            .map(|hashes| Tile::new(hashes.to_vec()).unwrap())
            .collect();
        if stored.is_empty() {
            break;
        }
        level = stored.iter().filter_map(Tile::root).collect();
        tiles.extend((0..).map(|index| TileId { level: number, index }).zip(stored));
    }
    (oracle, frontier, tiles)
}

fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(Hash::as_bytes).copied().collect()
}

fn root(oracle: &Oracle) -> RootHash<Sha256> {
    oracle.root()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn root_and_proofs_are_those_of_the_oracle(seed: u8, size in 0_u64..600, a: prop::sample::Index, b: prop::sample::Index) {
        let (oracle, frontier, tiles) = grown(seed, size);
        prop_assert_eq!(root(&oracle).as_bytes().to_vec(), bytes(&[frontier.root()]));
        prop_assert_eq!(Frontier::restore(size, &frontier.to_bytes()), Some(frontier.clone()));
        if size == 0 {
            return Ok(());
        }
        let index = a.index(usize::try_from(size).unwrap());
        let ours = resolve(&inclusion_nodes(index as u64, size).unwrap(), &Frontier::new(), &tiles).unwrap();
        prop_assert_eq!(bytes(&ours), oracle.prove_inclusion(index).as_bytes().to_vec());
        let hash = Hash::leaf(&leaf(seed, index as u64));
        prop_assert_eq!(verify_inclusion(hash, index as u64, size, &ours, frontier.root()), Ok(()));

        let old = b.index(usize::try_from(size).unwrap()) as u64 + 1;
        let (_, before, _) = grown(seed, old);
        let ours = resolve(&consistency_nodes(old, size).unwrap(), &Frontier::new(), &tiles).unwrap();
        if old < size {
            let theirs = oracle.prove_consistency(usize::try_from(size - old).unwrap());
            prop_assert_eq!(bytes(&ours), theirs.as_bytes().to_vec());
        } else {
            prop_assert!(ours.is_empty());
        }
        prop_assert_eq!(verify_consistency(old, before.root(), size, frontier.root(), &ours), Ok(()));
    }

    #[test]
    fn a_proof_with_any_bit_changed_is_refused(size in 2_u64..600, a: prop::sample::Index, at: prop::sample::Index, bit in 0_usize..256) {
        let (_, frontier, tiles) = grown(1, size);
        let index = a.index(usize::try_from(size).unwrap()) as u64;
        let mut proof = resolve(&inclusion_nodes(index, size).unwrap(), &Frontier::new(), &tiles).unwrap();
        let place = at.index(proof.len());
        let mut changed = *proof[place].as_bytes();
        changed[bit / 8] ^= 1 << (bit % 8);
        proof[place] = Hash::new(changed);
        prop_assert!(verify_inclusion(Hash::leaf(&leaf(1, index)), index, size, &proof, frontier.root()).is_err());
    }

    #[test]
    fn needed_tiles_are_enough_and_as_wide_as_the_tree_says(size in 1_u64..200_000, a: prop::sample::Index) {
        let index = a.index(usize::try_from(size).unwrap()) as u64;
        let nodes: Vec<NodeId> = inclusion_nodes(index, size).unwrap().concat();
        for (id, width) in needed(&nodes, size, &Frontier::new()) {
            prop_assert_eq!(width, id.width(size));
            prop_assert!(width > 0);
        }
        for node in nodes {
            prop_assert!(node.end() <= size, "only complete subtrees");
        }
    }
}

#[test]
fn tiles_are_listed_when_they_become_full() {
    let mut stored = Vec::new();
    for (first, size) in [
        (0, 1),
        (1, 255),
        (255, 256),
        (256, 600),
        (600, 65_536),
        (65_536, 70_000),
    ] {
        stored.extend(completed(first, size));
    }
    stored.sort();
    assert_eq!(stored, completed(0, 70_000));
    // The specification's own example: a tree of 70,000.
    let full = |level| stored.iter().filter(|id| id.level == level).count();
    assert_eq!((full(0), full(1), full(2)), (273, 1, 0));
    assert_eq!(TileId { level: 0, index: 273 }.width(70_000), 112);
    assert_eq!(TileId { level: 1, index: 1 }.width(70_000), 17);
    assert_eq!(TileId { level: 2, index: 0 }.width(70_000), 1);
    assert_eq!(TileId { level: 3, index: 0 }.width(70_000), 0);
}
