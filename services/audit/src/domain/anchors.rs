//! Anchors: the newest checkpoint of each tree that was signed, and whether the tree still follows from it.

use mc_transparency::Hash;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// What was signed before.
#[derive(Debug, Default)]
pub struct Anchors {
    newest: HashMap<Uuid, (u64, Hash)>,
    refused: BTreeSet<Uuid>,
}

impl Anchors {
    /// A checkpoint was signed; an older one than is known says nothing new.
    pub fn note(&mut self, tree: Uuid, size: u64, root: Hash) {
        let newest = self.newest.entry(tree).or_insert((size, root));
        if size >= newest.0 {
            *newest = (size, root);
        }
    }

    /// The newest of a tree: size and root.
    pub fn find(&self, tree: Uuid) -> Option<(u64, Hash)> {
        self.newest.get(&tree).copied()
    }

    /// Every tree of which something was signed.
    pub fn trees(&self) -> Vec<Uuid> {
        self.newest.keys().copied().collect()
    }

    /// Whether a tree follows from its newest.
    pub fn set_consistent(&mut self, tree: Uuid, consistent: bool) {
        if consistent {
            self.refused.remove(&tree);
        } else {
            self.refused.insert(tree);
        }
    }

    /// Trees that contradict what was signed.
    pub fn refused(&self) -> &BTreeSet<Uuid> {
        &self.refused
    }
}
