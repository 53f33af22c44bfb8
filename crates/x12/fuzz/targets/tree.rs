//! Every transaction set with a guide becomes a tree that holds each of its segments at most once.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mc_x12::tree::{self, Node};

fn count(node: &Node<'_>) -> usize {
    assert!(node.child(node.id()).is_none() || !node.id().is_empty());
    node.segments.len() + node.loops.iter().map(count).sum::<usize>()
}

fuzz_target!(|data: &[u8]| {
    mc_x12_fuzz::each_transaction(data, |transaction| {
        if let Ok(tree) = tree::read(transaction) {
            assert!(count(&tree) <= transaction.segments.len());
        }
    });
});
