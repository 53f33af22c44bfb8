//! Reads one event.

use crate::{AppState, domain::Logged, store::log::events};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_vocabulary::EventId;

/// The event; None where the caller's organization has none of that id. The read is recorded before
/// it returns.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    event_id: EventId,
) -> Result<Option<Logged>, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let Some(event) = events::find(&mut transaction, context.organization_id().uuid(), event_id).await? else {
        return Ok(None);
    };
    let record = context
        .audit("audit.event.read", Interaction::Read)
        .entity("AuditEvent", event_id);
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    transaction.commit().await?;
    Ok(Some(event))
}
