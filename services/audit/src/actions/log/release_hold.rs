//! Releases a legal hold.

use crate::{
    AppState,
    domain::{Hold, Released},
    store::log::holds,
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_vocabulary::HoldId;

/// Why the action was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseHoldError {
    /// No such hold in the organization.
    #[error("no such hold")]
    Unknown,
    /// It was released before.
    #[error("the hold was released before")]
    Released,
    /// The store failed.
    #[error("the hold cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Releases a hold. It stays listed.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    hold_id: HoldId,
    reason: String,
) -> Result<Hold, ReleaseHoldError> {
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let mut hold = holds::get_for_update(&mut transaction, context.organization_id().uuid(), hold_id)
        .await?
        .ok_or(ReleaseHoldError::Unknown)?;
    if hold.released.is_some() {
        return Err(ReleaseHoldError::Released);
    }
    let released = Released {
        by: context.subject().to_owned(),
        at: state.clock.now(),
        reason,
    };
    holds::update(&mut transaction, context.organization_id().uuid(), hold_id, &released).await?;
    let record = context
        .audit("audit.hold.release", Interaction::Update)
        .entity("LegalHold", hold_id)
        .detail("kind", hold.kind.as_str())
        .justified(&released.reason);
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    transaction.commit().await?;
    hold.released = Some(released);
    Ok(hold)
}
