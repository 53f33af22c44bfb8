//! Places of nodes.

/// A complete subtree: the one over leaves `[index << level, (index + 1) << level)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// Height above the leaves.
    pub level: u32,
    /// Place within its level, from the left.
    pub index: u64,
}

impl NodeId {
    /// The leaf at this index.
    pub const fn leaf(index: u64) -> Self {
        Self { level: 0, index }
    }

    /// Index of the first leaf below it.
    pub const fn first(self) -> u64 {
        self.index << self.level
    }

    /// Index of the first leaf behind it.
    pub const fn end(self) -> u64 {
        (self.index + 1) << self.level
    }
}

/// Complete subtrees over leaves `[first, end)`, largest first. The range is one that RFC 6962
/// hashes as a subtree.
pub(crate) fn cover(first: u64, end: u64) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    let mut at = first;
    while at < end {
        let level = (end - at).ilog2().min(at.trailing_zeros());
        nodes.push(NodeId {
            level,
            index: at >> level,
        });
        at += 1 << level;
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_covered_by_complete_subtrees_from_left_to_right() {
        let nodes = cover(0, 7);
        let levels: Vec<_> = nodes.iter().map(|node| node.level).collect();
        assert_eq!(levels, [2, 1, 0]);
        assert!(nodes.windows(2).all(|pair| pair[0].end() == pair[1].first()));
        assert_eq!(cover(4, 8), [NodeId { level: 2, index: 1 }]);
    }
}
