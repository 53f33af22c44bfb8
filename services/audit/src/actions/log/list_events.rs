//! Lists events of the log.

use crate::{
    AppState,
    domain::{Logged, Search},
    store,
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;

/// Why the action was not carried out.
#[derive(Debug, thiserror::Error)]
#[error("the log cannot be read")]
pub struct ListEventsError(#[from] sqlx::Error);

/// A page of events of the caller's organization. The read is recorded as `action` before it
/// returns.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    search: &Search,
    action: &str,
) -> Result<Vec<Logged>, ListEventsError> {
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let events = store::log::search::search(&mut transaction, context.organization_id().uuid(), search).await?;
    let record = context
        .audit(action, Interaction::Execute)
        .entity("AuditEvent", action)
        .detail("events_shown", events.len());
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    transaction.commit().await?;
    Ok(events)
}
