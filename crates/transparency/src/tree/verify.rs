//! Checking proofs (RFC 9162 sections 2.1.3.2 and 2.1.4.2).

use super::proof::ProofError;
use crate::hash::Hash;

/// The hashes of a proof as they came; each must be 32 bytes.
pub fn hashes<B: AsRef<[u8]>>(given: &[B]) -> Result<Vec<Hash>, ProofError> {
    let hash = |(position, bytes): (usize, &B)| {
        let bytes = bytes.as_ref();
        Hash::from_slice(bytes).ok_or(ProofError::HashLength {
            position,
            length: bytes.len(),
        })
    };
    given.iter().enumerate().map(hash).collect()
}

/// [`verify_inclusion`] of hashes as they came in.
pub fn verify_inclusion_bytes<B: AsRef<[u8]>>(
    leaf: &[u8],
    index: u64,
    size: u64,
    proof: &[B],
    root: &[u8],
) -> Result<(), ProofError> {
    let ends = hashes(&[leaf, root])?;
    verify_inclusion(ends[0], index, size, &hashes(proof)?, ends[1])
}

/// [`verify_consistency`] of hashes as they came in. Trees of one size are compared as given:
/// nothing is computed from their roots.
pub fn verify_consistency_bytes<B: AsRef<[u8]>>(
    old: u64,
    old_root: &[u8],
    new: u64,
    new_root: &[u8],
    proof: &[B],
) -> Result<(), ProofError> {
    if old == new && old > 0 && old_root == new_root && proof.is_empty() {
        return Ok(());
    }
    let roots = hashes(&[old_root, new_root])?;
    verify_consistency(old, roots[0], new, roots[1], &hashes(proof)?)
}

/// Checks that the leaf with this hash stands at `index` of the tree of `size` with this root.
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, proof: &[Hash], root: Hash) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::BeyondTree { index, size });
    }
    let length = || ProofError::Length {
        given: proof.len(),
        needed: inclusion_length(index, size),
    };
    let (mut at, mut last, mut found) = (index, size - 1, leaf);
    for &hash in proof {
        if last == 0 {
            return Err(length());
        }
        if at % 2 == 1 || at == last {
            found = Hash::node(hash, found);
            while at % 2 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            found = Hash::node(found, hash);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last != 0 {
        return Err(length());
    }
    if found == root {
        Ok(())
    } else {
        Err(ProofError::WrongRoot)
    }
}

/// Checks that the tree of `new` leaves begins with the tree of `old` leaves.
pub fn verify_consistency(
    old: u64,
    old_root: Hash,
    new: u64,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Shrunk { old, new });
    }
    if old == 0 {
        return Err(ProofError::Empty);
    }
    let length = || ProofError::Length {
        given: proof.len(),
        needed: super::proof::consistency_nodes(old, new).map_or(0, |nodes| nodes.len()),
    };
    if old == new {
        return match (old_root == new_root, proof.is_empty()) {
            (true, true) => Ok(()),
            (false, _) => Err(ProofError::RootsDiffer { size: old }),
            (true, false) => Err(length()),
        };
    }
    // A complete old tree is itself the node to begin with, and is not sent.
    let (start, rest) = if old.is_power_of_two() {
        (old_root, proof)
    } else {
        proof
            .split_first()
            .map(|(first, rest)| (*first, rest))
            .ok_or_else(length)?
    };
    let skipped = (old - 1).trailing_ones();
    let (mut at, mut last) = ((old - 1) >> skipped, (new - 1) >> skipped);
    let (mut found_old, mut found_new) = (start, start);
    for &hash in rest {
        if last == 0 {
            return Err(length());
        }
        if at % 2 == 1 || at == last {
            found_old = Hash::node(hash, found_old);
            found_new = Hash::node(hash, found_new);
            while at % 2 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            found_new = Hash::node(found_new, hash);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last != 0 {
        return Err(length());
    }
    match (found_old == old_root, found_new == new_root) {
        (true, true) => Ok(()),
        (false, _) => Err(ProofError::WrongOldRoot),
        (true, false) => Err(ProofError::WrongRoot),
    }
}

fn inclusion_length(index: u64, size: u64) -> usize {
    super::proof::inclusion_nodes(index, size).map_or(0, |nodes| nodes.len())
}
