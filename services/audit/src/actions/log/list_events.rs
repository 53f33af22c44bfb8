//! What happened in an organisation: a page of its log.

use crate::{
    AppState,
    domain::{Logged, Search},
    store,
};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;

/// Why not.
#[derive(Debug, thiserror::Error)]
#[error("the log cannot be read")]
pub struct ListEventsError(#[from] sqlx::Error);

/// A page of the caller's organisation's events. The reading is itself an event, named `action`, committed before the answer.
///
/// # Errors
/// [`ListEventsError`].
pub async fn list_events(
    state: &AppState,
    caller: &Principal,
    search: &Search,
    action: &str,
    origin: &Origin,
) -> Result<Vec<Logged>, ListEventsError> {
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    let events = store::log::search::search(&mut transaction, caller.organization_id.uuid(), search).await?;
    let record = state
        .mailbox
        .audit_of(action, Interaction::Execute, caller, origin)
        .entity("AuditEvent", action)
        .detail("events_shown", events.len());
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(events)
}
