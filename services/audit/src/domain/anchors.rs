//! Anchors: the newest signed checkpoint of each tree, and whether the tree is still consistent
//! with it.

use mc_transparency::Hash;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The newest signed checkpoints.
#[derive(Debug, Default)]
pub struct Anchors {
    newest: HashMap<Uuid, (u64, Hash)>,
    refused: BTreeSet<Uuid>,
}

impl Anchors {
    /// Records a signed checkpoint; one that is older than the known one is ignored.
    pub fn note(&mut self, tree: Uuid, size: u64, root: Hash) {
        let newest = self.newest.entry(tree).or_insert((size, root));
        if size >= newest.0 {
            *newest = (size, root);
        }
    }

    /// Size and root of the newest checkpoint of a tree.
    pub fn find(&self, tree: Uuid) -> Option<(u64, Hash)> {
        self.newest.get(&tree).copied()
    }

    /// Every tree that has a signed checkpoint.
    pub fn trees(&self) -> Vec<Uuid> {
        self.newest.keys().copied().collect()
    }

    /// Sets whether a tree is consistent with its newest checkpoint.
    pub fn set_consistent(&mut self, tree: Uuid, consistent: bool) {
        if consistent {
            self.refused.remove(&tree);
        } else {
            self.refused.insert(tree);
        }
    }

    /// Trees that contradict their signed checkpoint.
    pub fn refused(&self) -> &BTreeSet<Uuid> {
        &self.refused
    }
}
