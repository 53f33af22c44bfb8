//! One event of the log.

use crate::{AppState, domain::Logged, store::log::events};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;
use mc_vocabulary::EventId;

/// The event; None where the caller's organisation has none of that id. The reading is on record before the answer.
///
/// # Errors
/// The database's.
pub async fn read_event(
    state: &AppState,
    caller: &Principal,
    event_id: EventId,
    origin: &Origin,
) -> Result<Option<Logged>, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    let Some(event) = events::find(&mut transaction, caller.organization_id.uuid(), event_id).await? else {
        return Ok(None);
    };
    let record = state
        .mailbox
        .audit_of("audit.event.read", Interaction::Read, caller, origin)
        .entity("AuditEvent", event_id);
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(Some(event))
}
