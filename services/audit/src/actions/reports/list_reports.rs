//! Lists reports.

use crate::{
    AppState,
    store::reports::{self, Report},
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_vocabulary::ReportId;

/// The reports of the organization, newest first. The read is recorded before it returns.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    before: Option<ReportId>,
    limit: i64,
) -> Result<Vec<Report>, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let found = reports::list(&mut transaction, context.organization_id(), before, limit).await?;
    let record = context
        .audit("audit.report.list", Interaction::Read)
        .detail("count", found.len());
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    transaction.commit().await?;
    Ok(found)
}
