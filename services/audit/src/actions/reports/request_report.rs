//! Requests a report.

use crate::{
    AppState,
    domain::report::ReportKind,
    store::reports::{self, Report, State},
};
use chrono::{DateTime, Utc};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_idempotency::{IdempotencyClaim, StoredResponse};
use mc_vocabulary::{PatientId, ReportId};

/// Maximum number of unfinished reports of one organization.
const MAX_OPEN: i64 = 10;

/// A report to make.
pub struct RequestReport {
    /// Its kind.
    pub kind: ReportKind,
    /// Start of the period, inclusive.
    pub since: DateTime<Utc>,
    /// End of the period, exclusive.
    pub until: DateTime<Utc>,
    /// The patient.
    pub patient_id: Option<PatientId>,
    /// The patient.
    pub user_id: Option<String>,
}

/// Why the action was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum RequestReportError {
    /// Too many reports are unfinished.
    #[error("too many reports are on their way")]
    TooMany,
    /// The store failed.
    #[error("the report cannot be noted")]
    Store(#[from] sqlx::Error),
}

/// Stores the request; a worker builds the report. `shape` makes the response, which is stored
/// under `claim`.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    command: RequestReport,
    claim: &IdempotencyClaim,
    shape: impl FnOnce(Report) -> StoredResponse,
) -> Result<StoredResponse, RequestReportError> {
    let organization_id = context.organization_id();
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    if reports::count_open(&mut transaction, organization_id).await? >= MAX_OPEN {
        return Err(RequestReportError::TooMany);
    }
    let mask = |id: &PatientId| state.pseudonym.mask("patient", id.as_str());
    let report = Report {
        id: ReportId::new(),
        organization_id,
        kind: command.kind,
        since: command.since,
        until: command.until,
        patient: command.patient_id.as_ref().map(mask).unwrap_or_default(),
        user_id: command.user_id.unwrap_or_default(),
        requested_by: context.subject().to_owned(),
        requested_at: state.clock.now(),
        state: State::Waiting,
        checkpoint: None,
        reached: (command.since, -1),
        parts: 0,
        lines: 0,
        attempts: 0,
        failure: None,
        finished_at: None,
        digest: None,
    };
    reports::insert(&mut transaction, &report).await?;
    let mut record = context
        .audit("audit.report.request", Interaction::Execute)
        .entity("Report", report.id)
        .detail("kind", report.kind.as_str())
        .detail("from", report.since.to_rfc3339())
        .detail("to", report.until.to_rfc3339());
    record.patient_id = command.patient_id;
    if !report.user_id.is_empty() {
        record = record.detail("user", report.user_id.as_str());
    }
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    let answer = shape(report);
    claim.store(&mut transaction, &answer).await?;
    transaction.commit().await?;
    Ok(answer)
}
