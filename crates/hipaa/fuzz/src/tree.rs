//! Every transaction set with a guide becomes a tree that holds each of its segments at most once.

use super::each_transaction;
use mc_x12::tree::{self, Node};

fn count(node: &Node<'_>) -> usize {
    assert!(node.child(node.id()).is_none() || !node.id().is_empty());
    node.segments.len() + node.loops.iter().map(count).sum::<usize>()
}

/// Every transaction set with a guide becomes a tree that holds each of its segments at most once.
pub fn holds(data: &[u8]) {
    each_transaction(data, |transaction| {
        if let Ok(tree) = tree::read(transaction) {
            assert!(count(&tree.root) <= transaction.segments.len());
        }
    });
}
