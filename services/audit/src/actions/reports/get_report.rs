//! Reads the state of a report.

use crate::{
    AppState,
    store::reports::{self, Report},
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_vocabulary::ReportId;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum GetReportError {
    /// No such report in the organization.
    #[error("no such report")]
    Unknown,
    /// The store failed.
    #[error("reports cannot be read")]
    Store(#[from] sqlx::Error),
}

/// The state of a report. The read is recorded before it returns.
///
/// # Errors
/// [`GetReportError::Unknown`] where the organization has no such report.
pub async fn execute(context: &RequestContext, state: &AppState, id: ReportId) -> Result<Report, GetReportError> {
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let report = reports::find(&mut transaction, context.organization_id(), id)
        .await?
        .ok_or(GetReportError::Unknown)?;
    let record = context
        .audit("audit.report.read", Interaction::Read)
        .entity("Report", id)
        .detail("kind", report.kind.as_str());
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    transaction.commit().await?;
    Ok(report)
}
