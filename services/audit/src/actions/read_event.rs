//! One event of the log.

use crate::{Desk, domain::Logged, store::events};
use mc_access::{Principal, wall};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;
use mc_vocabulary::EventId;

/// The event; None where the caller's organisation has none of that id. The reading is on record before the answer.
///
/// # Errors
/// The database's.
pub async fn read_event(
    desk: &Desk,
    caller: &Principal,
    event_id: EventId,
    origin: &Origin,
) -> Result<Option<Logged>, sqlx::Error> {
    let mut transaction = wall::begin(&desk.pool, caller.organization_id).await?;
    let Some(event) = events::find(&mut transaction, caller.organization_id.uuid(), event_id).await? else {
        return Ok(None);
    };
    let record = desk
        .mailbox
        .audit_of("audit.event.read", Interaction::Read, caller, origin)
        .entity("AuditEvent", event_id);
    desk.mailbox
        .post(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(Some(event))
}
