//! Releases a legal hold.

use crate::{
    AppState,
    domain::{Hold, Released},
    store::log::holds,
};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;
use mc_vocabulary::HoldId;

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseHoldError {
    /// No such hold in the organisation.
    #[error("no such hold")]
    Unknown,
    /// It was released before.
    #[error("the hold was released before")]
    Released,
    /// The store.
    #[error("the hold cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Ends a hold; it stays on record.
///
/// # Errors
/// [`ReleaseHoldError`].
pub async fn release_hold(
    state: &AppState,
    hold_id: HoldId,
    reason: String,
    caller: &Principal,
    origin: &Origin,
) -> Result<Hold, ReleaseHoldError> {
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    let mut hold = holds::get_for_update(&mut transaction, caller.organization_id.uuid(), hold_id)
        .await?
        .ok_or(ReleaseHoldError::Unknown)?;
    if hold.released.is_some() {
        return Err(ReleaseHoldError::Released);
    }
    let released = Released {
        by: caller.subject.clone(),
        at: state.clock.now(),
        reason,
    };
    holds::update(&mut transaction, hold_id, &released).await?;
    let record = state
        .mailbox
        .audit_of("audit.hold.release", Interaction::Update, caller, origin)
        .entity("LegalHold", hold_id)
        .detail("kind", hold.kind.as_str())
        .justified(&released.reason);
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    transaction.commit().await?;
    hold.released = Some(released);
    Ok(hold)
}
