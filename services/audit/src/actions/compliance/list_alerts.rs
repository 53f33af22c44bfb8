//! Lists cases of breach detection.

use crate::{
    AppState,
    store::compliance::cases::{self, Case, Filter},
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;

/// Returns a page of the organization's cases, newest first. The read is recorded before it
/// returns.
pub async fn execute(context: &RequestContext, state: &AppState, wanted: &Filter) -> Result<Vec<Case>, sqlx::Error> {
    let organization_id = context.organization_id();
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let found = cases::list(&mut transaction, organization_id.uuid(), wanted).await?;
    let record = context
        .audit("audit.alert.list", Interaction::Execute)
        .entity("Alert", "list")
        .detail("alerts_shown", found.len());
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(found)
}
