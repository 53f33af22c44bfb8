//! The right edge of a tree: all that is needed to append to it and to know its root.

use super::node::NodeId;
use crate::hash::{HASH_LENGTH, Hash};

/// Roots of the complete subtrees that make up a tree, largest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    roots: Vec<Hash>,
}

impl Frontier {
    /// Of the tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Of the tree of `size` leaves, from what [`Frontier::to_bytes`] gave; None where the two do
    /// not belong together.
    pub fn restore(size: u64, bytes: &[u8]) -> Option<Self> {
        let (hashes, rest) = bytes.as_chunks::<HASH_LENGTH>();
        let fits = rest.is_empty() && hashes.len() == size.count_ones() as usize;
        fits.then(|| Self {
            size,
            roots: hashes.iter().copied().map(Hash::new).collect(),
        })
    }

    /// The hashes one after the other, 32 bytes each.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.roots.iter().flat_map(Hash::as_bytes).copied().collect()
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Roots of the complete subtrees, largest first.
    pub fn roots(&self) -> &[Hash] {
        &self.roots
    }

    /// Appends a leaf's hash. On the average one node is hashed.
    pub fn push(&mut self, leaf: Hash) {
        let mut joined = leaf;
        // Every one-bit at the end of the size is a subtree as large as the one that grows.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.roots.pop() {
                joined = Hash::node(left, joined);
            }
        }
        self.roots.push(joined);
        self.size += 1;
    }

    /// The hash of a node, where it is one of these roots.
    pub fn node(&self, id: NodeId) -> Option<Hash> {
        // As many subtrees of this height as the size holds; the last is a root where no larger one
        // takes it in.
        let of_height = self.size.checked_shr(id.level).unwrap_or_default();
        let is_root = of_height & 1 == 1 && id.index == of_height - 1;
        // Larger subtrees stand before it: one for each higher bit of the size.
        let before = (of_height >> 1).count_ones() as usize;
        self.roots.get(before).copied().filter(|_| is_root)
    }

    /// The tree's root.
    pub fn root(&self) -> Hash {
        fold(&self.roots)
    }
}

impl Extend<Hash> for Frontier {
    fn extend<T: IntoIterator<Item = Hash>>(&mut self, leaves: T) {
        leaves.into_iter().for_each(|leaf| self.push(leaf));
    }
}

/// The root over complete subtrees that stand side by side, largest first: joined from the right.
/// Of none: the empty tree's.
pub fn fold(roots: &[Hash]) -> Hash {
    let joined = roots
        .iter()
        .copied()
        .rev()
        .reduce(|right, left| Hash::node(left, right));
    joined.unwrap_or(Hash::EMPTY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frontier_is_restored_only_with_its_own_size() {
        let mut frontier = Frontier::new();
        assert_eq!(frontier.root(), Hash::EMPTY);
        frontier.extend((0..7_u8).map(|n| Hash::leaf(&[n])));
        let bytes = frontier.to_bytes();
        assert_eq!(bytes.len(), 96, "4 + 2 + 1");
        assert_eq!(Frontier::restore(7, &bytes), Some(frontier));
        assert_eq!(Frontier::restore(8, &bytes), None);
        assert_eq!(Frontier::restore(7, &bytes[1..]), None);
        assert_eq!(Frontier::restore(0, &[]), Some(Frontier::new()));
    }

    #[test]
    fn a_frontier_knows_its_own_roots_and_no_other_node() {
        let mut frontier = Frontier::new();
        frontier.extend((0..7_u8).map(|n| Hash::leaf(&[n])));
        let known: Vec<(u32, u64)> = (0..5)
            .flat_map(|level| (0..9).map(move |index| (level, index)))
            .filter(|(level, index)| {
                let (level, index) = (*level, *index);
                frontier.node(NodeId { level, index }).is_some()
            })
            .collect();
        assert_eq!(known, [(0, 6), (1, 2), (2, 0)]);
        assert_eq!(frontier.node(NodeId::leaf(6)), Some(Hash::leaf(&[6])));
        assert_eq!(frontier.node(NodeId { level: 2, index: 0 }), Some(frontier.roots()[0]));
        assert_eq!(frontier.node(NodeId { level: 99, index: 0 }), None);
    }
}
