//! The check of a table of entries, as the live log is checked.

use crate::signing::signer;
use mc_transparency::{
    Checker, Checkpoint, CompareError, Content, Frontier, Hash, Relation, Seen, Tampering, Tile, TileId, Verdict,
    compare_checkpoints, consistency_nodes, resolve,
};
use std::collections::BTreeMap;

const SIZE: u64 = 1000;

/// A row: index, bytes, stored hash.
type Row = (u64, Vec<u8>, Option<Hash>);

fn hash(n: u64) -> Hash {
    Hash::leaf(&n.to_be_bytes())
}

fn rows() -> Vec<Row> {
    (0..SIZE)
        .map(|n| (n, n.to_be_bytes().to_vec(), Some(hash(n))))
        .collect()
}

fn checkpoint(hashes: impl IntoIterator<Item = Hash>) -> Checkpoint {
    let mut tree = Frontier::new();
    tree.extend(hashes);
    Checkpoint::new("audit.test", tree.size(), tree.root())
}

fn at(size: u64) -> Checkpoint {
    checkpoint((0..size).map(hash))
}

struct Log {
    rows: Vec<Row>,
    tiles: bool,
    inside: Vec<Checkpoint>,
    outside: Vec<Checkpoint>,
    stated: Vec<Checkpoint>,
}

impl Log {
    fn new() -> Self {
        Self {
            rows: rows(),
            tiles: true,
            inside: [100, 500, 900, SIZE].map(at).to_vec(),
            outside: vec![],
            stated: vec![],
        }
    }

    fn verdict(&self) -> Verdict {
        let mut checker = Checker::numbered();
        for checkpoint in &self.inside {
            checker.checkpoint(checkpoint, Seen::InLog);
        }
        for checkpoint in &self.outside {
            checker.checkpoint(checkpoint, Seen::Elsewhere);
        }
        for stated in &self.stated {
            checker.stated(stated.size, stated.root);
        }
        for (index, bytes, stored) in &self.rows {
            if self.tiles && index % 256 == 0 && index + 256 <= SIZE {
                checker.tile(index / 256, (*index..index + 256).map(hash).collect());
            }
            checker.entry(*index, Content::Leaf(bytes), *stored);
        }
        checker.finish()
    }

    #[track_caller]
    fn found(&self, tampering: Tampering, index: u64, exact: bool) {
        let verdict = self.verdict();
        let recorded = (verdict.tampering, verdict.first_bad, verdict.exact);
        assert_eq!(recorded, (Some(tampering), Some(index), exact), "{}", verdict.reason);
    }
}

#[test]
fn a_whole_log_is_whole() {
    let mut log = Log::new();
    log.outside = vec![at(500), at(700)];
    log.stated = [10, 20, 900].map(at).to_vec();
    let verdict = log.verdict();
    assert!(verdict.ok, "{}", verdict.reason);
    assert_eq!(
        (verdict.size, verdict.signed_size, verdict.root),
        (SIZE, SIZE, Some(at(SIZE).root))
    );
    log.tiles = false;
    assert!(log.verdict().ok);
    // Events after the last checkpoint are what a living log has.
    log.inside.pop();
    let verdict = log.verdict();
    assert!(verdict.ok);
    assert_eq!(verdict.signed_size, 900);
}

#[test]
fn a_changed_row_is_named_with_and_without_its_hash() {
    for index in [0, 255, 256, 600] {
        let mut log = Log::new();
        log.rows[usize::try_from(index).unwrap()].1.push(0);
        log.found(Tampering::Changed, index, true);
        // With a matching stored hash: the tile still has the original one.
        log.rows[usize::try_from(index).unwrap()].2 = Some(Hash::leaf(&log.rows[usize::try_from(index).unwrap()].1));
        log.found(Tampering::Changed, index, true);
    }
    // The last tile is not full and not stored: the roots of the batches narrow the place.
    let mut log = Log::new();
    log.rows[950].1.push(0);
    log.rows[950].2 = Some(Hash::leaf(&log.rows[950].1));
    log.found(Tampering::Rewritten, 900, false);
    log.stated = [910, 940, 960, SIZE].map(at).to_vec();
    log.found(Tampering::Rewritten, 940, false);
    // Rewritten batches contradict the checkpoint and are ignored.
    let mut hashes: Vec<_> = (0..SIZE).map(hash).collect();
    hashes[950] = log.rows[950].2.unwrap();
    log.stated = [960, SIZE]
        .map(|size| checkpoint(hashes[..usize::try_from(size).unwrap()].iter().copied()))
        .to_vec();
    log.found(Tampering::Rewritten, 900, false);
}

#[test]
fn a_missing_a_doubled_and_an_exchanged_row_are_named() {
    let mut log = Log::new();
    log.rows.remove(700);
    log.found(Tampering::Missing, 700, true);
    log.rows.remove(950);
    log.found(Tampering::Missing, 700, true);
    let mut log = Log::new();
    log.rows.remove(950);
    log.found(Tampering::Missing, 950, true);
    let mut log = Log::new();
    log.rows.insert(701, (700, b"other".to_vec(), None));
    log.found(Tampering::Inserted, 700, true);
    let mut log = Log::new();
    let (one, other) = (log.rows[10].1.clone(), log.rows[400].1.clone());
    (log.rows[10].1, log.rows[400].1) = (other, one);
    log.found(Tampering::Swapped, 10, true);
}

#[test]
fn the_first_of_many_is_named() {
    let mut log = Log::new();
    log.rows.remove(800);
    log.rows[20].1.push(0);
    log.rows.truncate(900);
    log.found(Tampering::Changed, 20, true);
}

#[test]
fn truncation_and_rollback_are_distinguished() {
    let mut log = Log::new();
    log.rows.truncate(950);
    log.found(Tampering::Truncated, 950, true);
    // Yesterday's backup does not contain today's checkpoint.
    log.inside.pop();
    assert!(log.verdict().ok, "it cannot be seen from the inside");
    log.outside = vec![at(SIZE)];
    log.found(Tampering::RolledBack, 950, true);
}

#[test]
fn a_second_history_is_a_split_view() {
    let other = |size| checkpoint((0..size).map(|n| if n < 600 { hash(n) } else { hash(n + 7) }));
    let mut log = Log::new();
    log.outside = vec![other(700)];
    log.found(Tampering::SplitView, 500, false);
    log.outside = vec![other(900)];
    log.found(Tampering::SplitView, 500, false);
    // Nothing is signed for what is there now.
    log.inside = vec![at(500)];
    log.found(Tampering::Rewritten, 500, false);
}

#[test]
fn an_index_out_of_all_reason_does_not_stop_the_check() {
    let mut log = Log::new();
    log.rows.push((u64::MAX / 2, vec![], None));
    log.found(Tampering::Missing, SIZE, true);
}

#[test]
fn findings_of_the_caller_are_in_the_verdict() {
    let mut checker = Checker::numbered();
    checker.entry(0, Content::Leaf(b"a"), None);
    checker.entry(1, Content::Stub(hash(1)), None);
    checker.found(1, Tampering::StubWithoutPruning, "no pruning names it");
    checker.found(0, Tampering::ColumnsDiffer, "actor_id");
    let verdict = checker.finish();
    assert_eq!(
        (verdict.tampering, verdict.first_bad),
        (Some(Tampering::ColumnsDiffer), Some(0))
    );
    assert!(verdict.reason.contains("actor_id"));
}

#[test]
fn two_checkpoints_are_compared() {
    let proof = |old, new| {
        let tiles = (0..).map(|index| TileId { level: 0, index });
        let hashes: Vec<_> = (0..new).map(hash).collect();
        let stored: Vec<_> = hashes
            .chunks(256)
            .map(|hashes| Tile::new(hashes.to_vec()).unwrap())
            .collect();
        let above = Tile::new(stored.iter().filter_map(Tile::root).collect()).unwrap();
        let mut tiles: BTreeMap<_, _> = tiles.zip(stored).collect();
        tiles.insert(TileId { level: 1, index: 0 }, above);
        resolve(&consistency_nodes(old, new).unwrap(), &Frontier::new(), &tiles).unwrap()
    };
    let (old, new) = (at(300), at(700));
    assert_eq!(compare_checkpoints(&old, &old, None), Ok(Relation::Same));
    assert_eq!(compare_checkpoints(&old, &new, None), Ok(Relation::Unproven));
    assert_eq!(
        compare_checkpoints(&old, &new, Some(&proof(300, 700))),
        Ok(Relation::Grown)
    );
    let tampered = |kind| Ok(Relation::Tampered(kind));
    assert_eq!(compare_checkpoints(&new, &old, None), tampered(Tampering::RolledBack));
    let other = checkpoint((1..=300).map(hash));
    assert_eq!(compare_checkpoints(&old, &other, None), tampered(Tampering::SplitView));
    assert_eq!(
        compare_checkpoints(&other, &new, Some(&proof(300, 700))),
        tampered(Tampering::SplitView)
    );
    assert!(matches!(
        compare_checkpoints(&old, &new, Some(&[])),
        Err(CompareError::Proof(_))
    ));
    let elsewhere = Checkpoint {
        origin: "other".to_owned(),
        ..new
    };
    assert_eq!(compare_checkpoints(&old, &elsewhere, None), Err(CompareError::Origins));
    let _ = signer("audit.test");
}
