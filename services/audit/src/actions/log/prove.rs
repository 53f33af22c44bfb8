//! Proofs from the stored tiles: that an event is in a tree, that a tree only grew.

use crate::store::log::{tiles, trees};
use mc_transparency::{
    Frontier, Hash, MissingNode, NodeId, ProofError, consistency_nodes, inclusion_nodes, needed, resolve,
};
use sqlx::PgConnection;
use uuid::Uuid;

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// Index or size is out of range.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The tree is shorter than requested.
    #[error("the log has {0} events, fewer than requested")]
    Beyond(u64),
    /// A stored hash is missing.
    #[error("the log is damaged; verify it")]
    Damaged(#[from] MissingNode),
    /// The store failed.
    #[error("the log cannot be read")]
    Store(#[from] sqlx::Error),
}

/// The hashes that lead from event `index` to the root of the tree as it was at `size` (RFC 9162
/// section 2.1.3.1).
pub async fn inclusion(
    connection: &mut PgConnection,
    tree: Uuid,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, ProveError> {
    hashes(connection, tree, size, &inclusion_nodes(index, size)?).await
}

/// The hashes which show that the tree at size `new` begins with the tree at size `old` (RFC 9162
/// section 2.1.4.1).
pub async fn consistency(
    connection: &mut PgConnection,
    tree: Uuid,
    old: u64,
    new: u64,
) -> Result<Vec<Hash>, ProveError> {
    hashes(connection, tree, new, &consistency_nodes(old, new)?).await
}

async fn hashes(
    connection: &mut PgConnection,
    tree: Uuid,
    size: u64,
    proof: &[Vec<NodeId>],
) -> Result<Vec<Hash>, ProveError> {
    let stands: Frontier = trees::find(connection, tree).await?;
    if stands.size() < size {
        return Err(ProveError::Beyond(stands.size()));
    }
    let tiles = tiles::list(connection, tree, &needed(proof.iter().flatten(), size, &stands)).await?;
    Ok(resolve(proof, &stands, &tiles)?)
}
