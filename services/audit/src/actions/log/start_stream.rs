//! The organisation's log as it grows.

use crate::{
    AppState,
    domain::Logged,
    store::log::{events, trees},
};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;
use mc_vocabulary::OrganizationId;

/// Where the tail begins: after place `seen`, or at the log's end. That somebody watches is on record before the first event leaves.
///
/// # Errors
/// The database's.
pub async fn start_stream(
    state: &AppState,
    caller: &Principal,
    seen: Option<i64>,
    origin: &Origin,
) -> Result<i64, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    let size = trees::find(&mut transaction, caller.organization_id.uuid())
        .await?
        .size()
        .cast_signed();
    let next = seen.map_or(size, |seen| (seen + 1).min(size));
    let record = state
        .mailbox
        .audit_of("audit.events.stream", Interaction::Execute, caller, origin)
        .entity("AuditEvent", "stream")
        .detail("from_index", next);
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(next)
}

/// The events from place `next` on, at most `most`.
///
/// # Errors
/// The database's.
pub async fn read_stream(
    state: &AppState,
    organization_id: OrganizationId,
    next: i64,
    most: i64,
) -> Result<Vec<Logged>, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    events::list_range(
        &mut transaction,
        organization_id.uuid(),
        next,
        next.saturating_add(most),
    )
    .await
}
