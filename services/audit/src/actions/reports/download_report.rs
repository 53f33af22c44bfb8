//! Returns the content of a finished report.

use crate::{
    AppState,
    domain::report::Document,
    store::reports::{self, State},
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_keyring::SealsError;
use mc_vocabulary::ReportId;

/// Why there is no content.
#[derive(Debug, thiserror::Error)]
pub enum DownloadReportError {
    /// No such report in the organization.
    #[error("no such report")]
    Unknown,
    /// It is not finished.
    #[error("the report is not finished")]
    NotFinished,
    /// It could not be made.
    #[error("the report could not be made")]
    Failed(String),
    /// The stored content cannot be opened.
    #[error("the report cannot be opened")]
    Seal(#[from] SealsError),
    /// The stored content cannot be read.
    #[error("the report cannot be read")]
    Content(#[from] serde_json::Error),
    /// The store failed.
    #[error("reports cannot be read")]
    Store(#[from] sqlx::Error),
}

/// A finished report as its JSON bytes and as a document. The download is recorded before it
/// returns.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    id: ReportId,
    form: &str,
) -> Result<(Vec<u8>, Document), DownloadReportError> {
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let report = reports::find(&mut transaction, context.organization_id(), id)
        .await?
        .ok_or(DownloadReportError::Unknown)?;
    match report.state {
        State::Done => {}
        State::Failed => return Err(DownloadReportError::Failed(report.failure.unwrap_or_default())),
        State::Waiting | State::Building => return Err(DownloadReportError::NotFinished),
    }
    let sealed = reports::find_content(&mut transaction, context.organization_id(), id)
        .await?
        .ok_or(DownloadReportError::NotFinished)?;
    let content = state
        .seals
        .open(context.organization_id(), "reports.content", id, &sealed)
        .await?;
    let document = serde_json::from_slice(&content)?;
    let record = context
        .audit("audit.report.download", Interaction::Read)
        .entity("Report", id)
        .detail("kind", report.kind.as_str())
        .detail("format", form)
        .detail("lines", report.lines);
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    transaction.commit().await?;
    Ok((content, document))
}
