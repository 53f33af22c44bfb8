//! The cases of breach detection.

use crate::{
    AppState,
    store::compliance::cases::{self, Case, Filter},
};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;

/// A page of the organisation's cases, the newest first. The reading is on record before the answer.
///
/// # Errors
/// The database's.
pub async fn list_alerts(
    state: &AppState,
    caller: &Principal,
    wanted: &Filter,
    origin: &Origin,
) -> Result<Vec<Case>, sqlx::Error> {
    let organization_id = caller.organization_id;
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let found = cases::list(&mut transaction, organization_id.uuid(), wanted).await?;
    let record = state
        .mailbox
        .audit_of("audit.alert.list", Interaction::Execute, caller, origin)
        .entity("Alert", "list")
        .detail("alerts_shown", found.len());
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(found)
}
