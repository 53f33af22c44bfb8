//! Which nodes a proof is made of (RFC 6962 sections 2.1.1 and 2.1.2).

pub use super::frontier::fold;
use super::node::{NodeId, cover};

/// A proof that cannot be made, or that proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// No such leaf.
    #[error("entry {index} is not in a tree of {size}")]
    BeyondTree {
        /// The requested leaf.
        index: u64,
        /// The tree's size.
        size: u64,
    },
    /// The later tree is the smaller one.
    #[error("a tree of {old} cannot have grown into one of {new}")]
    Shrunk {
        /// Size of the earlier tree.
        old: u64,
        /// Size of the later tree.
        new: u64,
    },
    /// Every tree begins with the empty one.
    #[error("an empty tree proves nothing")]
    Empty,
    /// Not 32 bytes.
    #[error("hash {position} is {length} bytes long, not 32")]
    HashLength {
        /// Which of those given, from 0.
        position: usize,
        /// Its length.
        length: usize,
    },
    /// Too few hashes, or too many.
    #[error("the proof has {given} hashes; {needed} are needed")]
    Length {
        /// How many there are.
        given: usize,
        /// How many there should be.
        needed: usize,
    },
    /// The hashes lead to another root than the given one.
    #[error("the proof does not lead to the root")]
    WrongRoot,
    /// The hashes do not contain the earlier tree.
    #[error("the proof does not lead to the root of the earlier tree")]
    WrongOldRoot,
    /// Two trees of one size and two roots.
    #[error("two trees of size {size} have different roots")]
    RootsDiffer {
        /// Their size.
        size: u64,
    },
}

/// The nodes of the inclusion proof of leaf `index` in the tree of `size`: one inner list per hash
/// of the proof, from the leaf up; a hash is the [`fold`] of its list.
pub fn inclusion_nodes(index: u64, size: u64) -> Result<Vec<Vec<NodeId>>, ProofError> {
    if index >= size {
        return Err(ProofError::BeyondTree { index, size });
    }
    let (mut first, mut end) = (0, size);
    let mut hashes = Vec::new();
    while end - first > 1 {
        let middle = first + split(end - first);
        if index < middle {
            hashes.push(cover(middle, end));
            end = middle;
        } else {
            hashes.push(cover(first, middle));
            first = middle;
        }
    }
    hashes.reverse();
    Ok(hashes)
}

/// The nodes of the proof that the tree of `new` begins with the tree of `old`: lists as of
/// [`inclusion_nodes`].
pub fn consistency_nodes(old: u64, new: u64) -> Result<Vec<Vec<NodeId>>, ProofError> {
    if old == 0 {
        return Err(ProofError::Empty);
    }
    if old > new {
        return Err(ProofError::Shrunk { old, new });
    }
    let (mut first, mut end) = (0, new);
    let mut hashes = Vec::new();
    // Down to the subtree that ends where the old tree ended.
    while end > old {
        let middle = first + split(end - first);
        if old <= middle {
            hashes.push(cover(middle, end));
            end = middle;
        } else {
            hashes.push(cover(first, middle));
            first = middle;
        }
    }
    // Where that is the whole old tree, its root is known to who asks.
    if first > 0 {
        hashes.push(cover(first, end));
    }
    hashes.reverse();
    Ok(hashes)
}

/// The largest power of two below `leaves`, which are two or more.
fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}
