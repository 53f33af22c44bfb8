//! What the entries are compared with: the hashes stored beside them, and the tiles.

use super::difference::Difference;
use crate::{hash::Hash, tree::frontier::Frontier};

/// An entry's place as it was read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Slot {
    /// Hash of the entry's own bytes, or of its stub; None where the entry is gone.
    pub(super) actual: Option<Hash>,
    /// The hash stored beside it.
    pub(super) stored: Option<Hash>,
    /// The hash stored in its tile.
    pub(super) tiled: Option<Hash>,
}

impl Slot {
    /// The hash of the entry according to each reference.
    fn expected(&self) -> [Option<Hash>; REFERENCES] {
        [
            self.tiled.or(self.stored).or(self.actual),
            self.stored.or(self.tiled).or(self.actual),
        ]
    }

    /// Whether all known hashes of the entry are equal.
    fn agrees(&self) -> bool {
        self.actual.is_some() && self.expected() == [self.actual; REFERENCES]
    }
}

const REFERENCES: usize = 2;

/// The tree over the hashes of one reference, from its first difference to the entries on.
#[derive(Debug)]
struct Parted {
    /// None once it has a hole itself.
    tree: Option<Frontier>,
    difference: Difference,
}

/// The tree over the entries as they are, and those over what was stored of them.
#[derive(Debug)]
pub(super) struct Trees {
    actual: Option<Frontier>,
    parted: [Option<Parted>; REFERENCES],
}

impl Trees {
    pub(super) fn new() -> Self {
        Self {
            actual: Some(Frontier::new()),
            parted: [None, None],
        }
    }

    /// The root over the entries; None behind an entry that is gone.
    pub(super) fn root(&self) -> Option<Hash> {
        self.actual.as_ref().map(Frontier::root)
    }

    /// Whether an entry is gone and no reference has its hash: no further root can be computed.
    pub(super) fn is_lost(&self) -> bool {
        self.actual.is_none() && self.parted.iter().flatten().all(|parted| parted.tree.is_none())
    }

    /// Whether the entries agree with both references so far.
    pub(super) fn at_one(&self) -> bool {
        self.parted.iter().all(Option::is_none)
    }

    /// Appends the entry `slots[at]`, the others being those around it, from index `first` on.
    pub(super) fn push(&mut self, first: u64, slots: &[Slot], at: usize) {
        let slot = slots[at];
        if self.at_one() && slot.agrees() {
            if let (Some(tree), Some(hash)) = (&mut self.actual, slot.actual) {
                tree.push(hash);
            }
            return;
        }
        for (which, hash) in slot.expected().into_iter().enumerate() {
            let parted = &mut self.parted[which];
            if parted.is_none() && (hash != slot.actual || hash.is_none()) {
                let actual: Vec<_> = slots[at..].iter().map(|slot| slot.actual).collect();
                let stored: Vec<_> = slots[at..].iter().map_while(|slot| slot.expected()[which]).collect();
                *parted = Some(Parted {
                    tree: self.actual.clone(),
                    difference: Difference::new(first + at as u64, &actual, &stored),
                });
            }
            if let Some(parted) = parted {
                parted.difference.look_at(slot.actual, hash);
                push(&mut parted.tree, hash);
            }
        }
        push(&mut self.actual, slot.actual);
    }

    /// Accepts the reference whose tree has this root, and returns its first difference to the
    /// entries. Its tree replaces that of the entries from here on.
    pub(super) fn accept(&mut self, root: Hash) -> Option<Difference> {
        let matches = |parted: &Option<Parted>| {
            let tree = parted.as_ref().and_then(|parted| parted.tree.as_ref());
            tree.is_some_and(|tree| tree.root() == root)
        };
        let which = self.parted.iter().position(matches)?;
        let parted = self.parted[which].take()?;
        self.parted = [None, None];
        self.actual = parted.tree;
        Some(parted.difference)
    }

    /// The differences so far; forgets them.
    pub(super) fn take_differences(&mut self) -> Vec<Difference> {
        let parted = self.parted.iter_mut().filter_map(Option::take);
        parted.map(|parted| parted.difference).collect()
    }
}

fn push(tree: &mut Option<Frontier>, hash: Option<Hash>) {
    match hash {
        Some(hash) => {
            if let Some(tree) = tree {
                tree.push(hash);
            }
        }
        None => *tree = None,
    }
}
