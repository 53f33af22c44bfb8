//! The cases of breach detection.

use crate::{
    Desk,
    store::cases::{self, Case, Wanted},
};
use mc_access::{Principal, wall};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;

/// A page of the organisation's cases, the newest first. The reading is on record before the answer.
///
/// # Errors
/// The database's.
pub async fn list_alerts(
    desk: &Desk,
    caller: &Principal,
    wanted: &Wanted,
    origin: &Origin,
) -> Result<Vec<Case>, sqlx::Error> {
    let organization_id = caller.organization_id;
    let mut transaction = wall::begin(&desk.pool, organization_id).await?;
    let found = cases::list(&mut transaction, organization_id.uuid(), wanted).await?;
    let record = desk
        .mailbox
        .audit_of("audit.alert.list", Interaction::Execute, caller, origin)
        .entity("Alert", "list")
        .detail("alerts_shown", found.len());
    desk.mailbox
        .post(&mut transaction, Some(organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(found)
}
