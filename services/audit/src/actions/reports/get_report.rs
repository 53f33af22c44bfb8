//! Reports of an organisation, and what a finished one says.

use crate::{
    AppState,
    domain::report::Document,
    store::reports::{self, Report, State},
};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;
use mc_keyring::SealsError;
use mc_vocabulary::ReportId;

/// Why there is no content.
#[derive(Debug, thiserror::Error)]
pub enum GetReportError {
    /// No such report in the organisation.
    #[error("no such report")]
    Unknown,
    /// It is not finished.
    #[error("the report is not finished")]
    NotFinished,
    /// It cannot be made.
    #[error("the report could not be made")]
    Failed(String),
    /// The stored content cannot be opened.
    #[error("the report cannot be opened")]
    Seal(#[from] SealsError),
    /// The stored content cannot be read.
    #[error("the report cannot be read")]
    Content(#[from] serde_json::Error),
    /// The store.
    #[error("reports cannot be read")]
    Store(#[from] sqlx::Error),
}

/// The organisation's reports, newest first. The look is on record before the answer.
///
/// # Errors
/// The database's.
pub async fn list_reports(
    state: &AppState,
    caller: &Principal,
    before: Option<ReportId>,
    limit: i64,
    origin: &Origin,
) -> Result<Vec<Report>, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    let found = reports::list(&mut transaction, caller.organization_id, before, limit).await?;
    let record = state
        .mailbox
        .audit_of("audit.report.list", Interaction::Read, caller, origin)
        .detail("count", found.len());
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(found)
}

/// How far a report is. The look is on record before the answer.
///
/// # Errors
/// [`GetReportError::Unknown`], or the store's.
pub async fn get_report(
    state: &AppState,
    caller: &Principal,
    id: ReportId,
    origin: &Origin,
) -> Result<Report, GetReportError> {
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    let report = reports::find(&mut transaction, id)
        .await?
        .ok_or(GetReportError::Unknown)?;
    let record = state
        .mailbox
        .audit_of("audit.report.read", Interaction::Read, caller, origin)
        .entity("Report", id)
        .detail("kind", report.kind.as_str());
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(report)
}

/// A finished report as its JSON bytes and as a document. The taking is on record before the answer.
///
/// # Errors
/// [`GetReportError`].
pub async fn open_report(
    state: &AppState,
    caller: &Principal,
    id: ReportId,
    form: &str,
    origin: &Origin,
) -> Result<(Vec<u8>, Document), GetReportError> {
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    let report = reports::find(&mut transaction, id)
        .await?
        .ok_or(GetReportError::Unknown)?;
    match report.state {
        State::Done => {}
        State::Failed => return Err(GetReportError::Failed(report.failure.unwrap_or_default())),
        State::Waiting | State::Building => return Err(GetReportError::NotFinished),
    }
    let sealed = reports::find_content(&mut transaction, id)
        .await?
        .ok_or(GetReportError::NotFinished)?;
    let content = state
        .seals
        .open(caller.organization_id, "reports.content", id, &sealed)
        .await?;
    let document = serde_json::from_slice(&content)?;
    let record = state
        .mailbox
        .audit_of("audit.report.download", Interaction::Read, caller, origin)
        .entity("Report", id)
        .detail("kind", report.kind.as_str())
        .detail("format", form)
        .detail("lines", report.lines);
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok((content, document))
}
