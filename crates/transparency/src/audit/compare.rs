//! Two checkpoints of one log.

use super::finding::Tampering;
use crate::{
    checkpoint::Checkpoint,
    hash::Hash,
    tree::{proof::ProofError, verify::verify_consistency},
};

/// How a later checkpoint stands to an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// They say the same.
    Same,
    /// The log has grown and holds all that it held.
    Grown,
    /// The log is longer; that it holds all that it held needs a consistency proof.
    Unproven,
    /// They cannot both be true.
    Tampered(Tampering),
}

/// Two checkpoints that cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// Not of one log.
    #[error("the checkpoints are of two logs")]
    Origins,
    /// The proof is not one for these sizes.
    #[error("the proof does not fit: {0}")]
    Proof(ProofError),
}

/// Compares a checkpoint seen earlier with one seen later. Both signatures have been checked.
pub fn compare_checkpoints(
    earlier: &Checkpoint,
    later: &Checkpoint,
    proof: Option<&[Hash]>,
) -> Result<Relation, CompareError> {
    if earlier.origin != later.origin {
        return Err(CompareError::Origins);
    }
    if later.size < earlier.size {
        return Ok(Relation::Tampered(Tampering::RolledBack));
    }
    if later.size == earlier.size {
        let same = later.root == earlier.root;
        return Ok(if same {
            Relation::Same
        } else {
            Relation::Tampered(Tampering::SplitView)
        });
    }
    if earlier.size == 0 {
        let empty = earlier.root == Hash::EMPTY;
        return Ok(if empty {
            Relation::Grown
        } else {
            Relation::Tampered(Tampering::SplitView)
        });
    }
    let Some(proof) = proof else {
        return Ok(Relation::Unproven);
    };
    match verify_consistency(earlier.size, earlier.root, later.size, later.root, proof) {
        Ok(()) => Ok(Relation::Grown),
        Err(ProofError::WrongRoot | ProofError::WrongOldRoot) => Ok(Relation::Tampered(Tampering::SplitView)),
        Err(error) => Err(CompareError::Proof(error)),
    }
}
