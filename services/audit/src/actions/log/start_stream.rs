//! Starts a stream of the log.

use crate::{AppState, store::log::trees};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;

/// Where the stream begins: after place `seen`, or at the end of the log. The opening is recorded
/// before the first event is sent.
pub async fn execute(context: &RequestContext, state: &AppState, seen: Option<i64>) -> Result<i64, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let size = trees::find(&mut transaction, context.organization_id().uuid())
        .await?
        .size()
        .cast_signed();
    let next = seen.map_or(size, |seen| (seen + 1).min(size));
    let record = context
        .audit("audit.events.stream", Interaction::Execute)
        .entity("AuditEvent", "stream")
        .detail("from_index", next);
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    transaction.commit().await?;
    Ok(next)
}
