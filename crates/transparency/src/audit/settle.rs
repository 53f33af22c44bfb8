//! Adds the entries to the trees, a tile's worth at a time, and compares the trees with the signed
//! roots.

use super::{
    checker::Checker,
    finding::Tampering,
    references::{Slot, Trees},
};
use crate::{hash::Hash, tree::tile::TILE_WIDTH};
use std::{collections::BTreeMap, mem};

/// Entries of a tile.
pub(super) const CHUNK: u64 = TILE_WIDTH as u64;

/// Entries held back so that a difference can be looked at with those behind it.
const HELD: usize = 3 * TILE_WIDTH as usize;

/// Entries that have come and those already in the trees.
#[derive(Debug)]
pub(super) struct Held {
    /// Index of the first entry held; all before it are in the trees.
    pub(super) base: u64,
    pub(super) slots: Vec<Slot>,
    pub(super) trees: Trees,
}

impl Default for Held {
    fn default() -> Self {
        Self {
            base: 0,
            slots: Vec::with_capacity(HELD + 1),
            trees: Trees::new(),
        }
    }
}

/// A checkpoint that the trees were compared with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Compared {
    pub(super) size: u64,
    root: Hash,
    /// Entries that were confirmed before it.
    good: u64,
}

/// The roots, signed or only stored, that the trees are compared with, and the result so far.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub(super) signed: BTreeMap<u64, Vec<Hash>>,
    pub(super) stated: BTreeMap<u64, Hash>,
    stated_last: Option<(u64, Hash)>,
    /// Up to here the entries agree with unsigned state, as far as they have done so without a
    /// break.
    stated_good: u64,
    stated_broken: bool,
    pub(super) last: Option<Compared>,
    /// Up to here a signed checkpoint confirms the entries or what was stored of them.
    pub(super) good: u64,
    pub(super) newest: u64,
    pub(super) newest_elsewhere: u64,
    /// The first checkpoint that fits nothing: from where on something is wrong, and its size.
    pub(super) contradicted: Option<(u64, u64)>,
    pub(super) unchecked: u64,
}

/// Tiles that wait for their entries.
#[derive(Debug, Default)]
pub(super) struct Tiles {
    pub(super) waiting: BTreeMap<u64, Vec<Hash>>,
    /// End of the last tile that agreed with its entries.
    pub(super) covered: u64,
    seen: u64,
    /// Fewer entries came than the tiles have hashes.
    short: bool,
    /// More did.
    surplus: bool,
}

impl Tiles {
    /// A tile of a file comes right behind its entries. Gives where entries are gone together with
    /// their tiles.
    pub(super) fn count(&mut self, index: u64, next: u64, end: u64) -> Option<u64> {
        let skipped = (index > self.seen && next < end).then_some(self.seen * CHUNK);
        self.seen = index + 1;
        self.short |= next < end;
        self.surplus |= next > end;
        skipped
    }

    /// Corrects the kind of damage by the counts of entries and hashes.
    fn explain(&self, tampering: Tampering) -> Tampering {
        match (tampering, self.short, self.surplus) {
            (Tampering::Changed, true, _) => Tampering::Missing,
            (Tampering::Changed, _, true) => Tampering::Inserted,
            _ => tampering,
        }
    }
}

impl Checker {
    /// Settles what need not be held back any longer.
    pub(super) fn settle_some(&mut self) {
        let held = self.held.slots.len();
        let next_tile = || self.tiles.waiting.contains_key(&(self.held.base / CHUNK + 1));
        if held >= HELD || (held >= HELD - usize::from(TILE_WIDTH) && next_tile()) {
            self.settle();
        }
    }

    /// Settles all that is left.
    pub(super) fn settle_all(&mut self) {
        // Hashes may be stored for more entries than came: the others are gone.
        if let Some((index, hashes)) = self.tiles.waiting.last_key_value() {
            let end = index * CHUNK + hashes.len() as u64;
            let held = self.held.base + self.held.slots.len() as u64;
            self.held.slots.extend((held..end).map(|_| Slot::default()));
        }
        while !self.held.slots.is_empty() {
            self.settle();
        }
    }

    /// Takes up to a tile's worth of entries into the trees.
    fn settle(&mut self) {
        let mut slots = mem::take(&mut self.held.slots);
        let (first, count) = (self.held.base, slots.len().min(usize::from(TILE_WIDTH)));
        let tile = self.tiles.waiting.remove(&(first / CHUNK));
        if let Some(tile) = &tile {
            let ahead = self.tiles.waiting.get(&(first / CHUNK + 1));
            let ahead = ahead.filter(|_| tile.len() == usize::from(TILE_WIDTH));
            let known = tile.iter().chain(ahead.into_iter().flatten());
            for (slot, hash) in slots.iter_mut().zip(known) {
                slot.tiled = Some(*hash);
            }
        }
        for at in 0..count {
            self.held.trees.push(first, &slots, at);
            self.look(first + at as u64 + 1);
        }
        if let Some(tile) = tile
            && self.held.trees.at_one()
        {
            self.tiles.covered = first + tile.len() as u64;
        }
        slots.drain(..count);
        self.held.slots = slots;
        self.held.base = first + count as u64;
    }

    /// Compares the trees with the roots that are stored or signed for this size.
    fn look(&mut self, size: u64) {
        if let Some(root) = due(&mut self.marks.stated, size) {
            self.marks.stated_broken |= self.held.trees.root() != Some(root);
            if !self.marks.stated_broken {
                self.marks.stated_good = size;
            }
            self.marks.stated_last = Some((size, root));
        }
        for root in due(&mut self.marks.signed, size).into_iter().flatten() {
            self.compare_root(size, root);
        }
    }

    /// Compares the trees with a signed root.
    pub(super) fn compare_root(&mut self, size: u64, root: Hash) {
        if let Some(last) = self.marks.last.filter(|last| last.size == size) {
            if last.root != root {
                let detail = format!("two checkpoints of size {size} have different roots");
                self.maybe(last.good, Tampering::SplitView, &detail);
            }
            return;
        }
        let good = self.marks.good;
        self.marks.last = Some(Compared { size, root, good });
        if self.held.trees.root() == Some(root) {
            for difference in self.held.trees.take_differences() {
                let detail = "the hash stored of it is not its own, which a signed checkpoint confirms";
                self.found(difference.index, Tampering::Changed, detail);
            }
        } else if let Some(difference) = self.held.trees.accept(root) {
            let tampering = self.tiles.explain(difference.tampering);
            let detail = format!("the hash stored of it is confirmed by the signed checkpoint of size {size}");
            self.found(difference.index, tampering, &detail);
        } else {
            // Stored state that agrees with the checkpoint narrows the place where the entries
            // begin to differ.
            let trusted = self.marks.stated_last == Some((size, root));
            let lower = if trusted {
                good.max(self.marks.stated_good)
            } else {
                good
            };
            if !self.held.trees.is_lost() {
                self.marks.contradicted.get_or_insert((lower, size));
            }
            return;
        }
        self.marks.good = size;
        self.marks.stated_broken = false;
    }
}

/// Removes and returns the value for this size; values for smaller sizes are dropped.
fn due<T>(by_size: &mut BTreeMap<u64, T>, size: u64) -> Option<T> {
    while let Some(first) = by_size.first_entry() {
        match first.key().cmp(&size) {
            std::cmp::Ordering::Less => drop(first.remove()),
            std::cmp::Ordering::Equal => return Some(first.remove()),
            std::cmp::Ordering::Greater => break,
        }
    }
    None
}
