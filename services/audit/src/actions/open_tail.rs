//! The organisation's log as it grows.

use crate::{
    Desk,
    domain::Logged,
    store::{events, trees},
};
use mc_access::{Principal, wall};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;
use mc_vocabulary::OrganizationId;

/// Where the tail begins: after place `seen`, or at the log's end. That somebody watches is on record before the first event leaves.
///
/// # Errors
/// The database's.
pub async fn open_tail(
    desk: &Desk,
    caller: &Principal,
    seen: Option<i64>,
    origin: &Origin,
) -> Result<i64, sqlx::Error> {
    let mut transaction = wall::begin(&desk.pool, caller.organization_id).await?;
    let size = trees::find(&mut transaction, caller.organization_id.uuid())
        .await?
        .size()
        .cast_signed();
    let next = seen.map_or(size, |seen| (seen + 1).min(size));
    let record = desk
        .mailbox
        .audit_of("audit.events.stream", Interaction::Execute, caller, origin)
        .entity("AuditEvent", "stream")
        .detail("from_index", next);
    desk.mailbox
        .post(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(next)
}

/// The events from place `next` on, at most `most`.
///
/// # Errors
/// The database's.
pub async fn read_tail(
    desk: &Desk,
    organization_id: OrganizationId,
    next: i64,
    most: i64,
) -> Result<Vec<Logged>, sqlx::Error> {
    let mut transaction = wall::begin(&desk.pool, organization_id).await?;
    events::list_range(
        &mut transaction,
        organization_id.uuid(),
        next,
        next.saturating_add(most),
    )
    .await
}
