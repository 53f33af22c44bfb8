//! Proofs for readers: an event is in its organisation's log, the log only grew. Hashes alone: nothing of an event is shown.

use crate::{
    AppState,
    actions::log::prove::{self, ProveError},
    store::log::{checkpoints, events, tiles},
};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;
use mc_transparency::{Hash, Receipt, Tile, TileId};
use mc_vocabulary::{EventId, OrganizationId};
use std::collections::BTreeSet;

/// Why there is no receipt.
#[derive(Debug, thiserror::Error)]
pub enum MakeReceiptError {
    /// No such event in the organisation.
    #[error("no such event")]
    Unknown,
    /// It was logged within the last second: no checkpoint speaks of it.
    #[error("no checkpoint speaks of the event yet")]
    TooNew,
    /// No proof.
    #[error(transparent)]
    Prove(#[from] ProveError),
}

impl From<sqlx::Error> for MakeReceiptError {
    fn from(error: sqlx::Error) -> Self {
        Self::Prove(error.into())
    }
}

/// The hashes from event `index` to the root of the tree of `size`.
///
/// # Errors
/// [`ProveError`].
pub async fn prove_inclusion(
    state: &AppState,
    organization_id: OrganizationId,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, ProveError> {
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    prove::inclusion(&mut transaction, organization_id.uuid(), index, size).await
}

/// The hashes that show that the tree of `new` begins with the tree of `old`.
///
/// # Errors
/// [`ProveError`].
pub async fn prove_consistency(
    state: &AppState,
    organization_id: OrganizationId,
    old: u64,
    new: u64,
) -> Result<Vec<Hash>, ProveError> {
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    prove::consistency(&mut transaction, organization_id.uuid(), old, new).await
}

/// A tile of the organisation's tree; None where the tree does not reach it.
///
/// # Errors
/// The database's.
pub async fn get_tile(
    state: &AppState,
    organization_id: OrganizationId,
    id: TileId,
    width: u16,
) -> Result<Option<Tile>, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let tiles = tiles::list(&mut transaction, organization_id.uuid(), &BTreeSet::from([(id, width)])).await?;
    Ok(tiles
        .into_values()
        .next()
        .filter(|tile| tile.hashes().len() == usize::from(width)))
}

/// All that a third party needs to check, with the public key alone, that the event is in the log.
///
/// # Errors
/// [`MakeReceiptError`].
pub async fn make_receipt(
    state: &AppState,
    caller: &Principal,
    event_id: EventId,
    origin: &Origin,
) -> Result<Receipt, MakeReceiptError> {
    let tree = caller.organization_id.uuid();
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    let event = events::find(&mut transaction, tree, event_id)
        .await?
        .ok_or(MakeReceiptError::Unknown)?;
    let newest = checkpoints::find_newest(&mut transaction, tree)
        .await?
        .filter(|newest| newest.size > event.index)
        .ok_or(MakeReceiptError::TooNew)?;
    let index = event.index.cast_unsigned();
    let proof = prove::inclusion(&mut transaction, tree, index, newest.size.cast_unsigned()).await?;
    let record = state
        .mailbox
        .audit_of("audit.receipt.read", Interaction::Read, caller, origin)
        .entity("AuditEvent", event_id);
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(Receipt {
        leaf: event.bytes,
        index,
        proof,
        note: newest.note,
    })
}
