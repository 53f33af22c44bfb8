//! The responses of reports.

use crate::{
    domain::report::ReportKind,
    store::reports::{Report, State},
};
use chrono::{DateTime, Utc};
use mc_vocabulary::ReportId;
use serde::Serialize;

/// The state of a report.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ReportView {
    id: ReportId,
    kind: ReportKind,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    /// Pseudonym of the patient.
    #[serde(skip_serializing_if = "String::is_empty")]
    patient: String,
    /// The user.
    #[serde(skip_serializing_if = "String::is_empty")]
    user_id: String,
    requested_by: String,
    requested_at: DateTime<Utc>,
    /// `waiting`, `building`, `done` or `failed`.
    state: &'static str,
    /// Percentage of the period that was read.
    progress_percent: i64,
    /// Number of entries so far.
    lines: i64,
    /// The signed checkpoint it is made under.
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<DateTime<Utc>>,
    /// SHA-256 of the JSON form, in hexadecimal; also in the event `audit.report.built`.
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    /// Why it could not be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

impl From<Report> for ReportView {
    fn from(report: Report) -> Self {
        let (state, progress_percent) = match report.state {
            State::Waiting => ("waiting", 0),
            State::Building => ("building", progress(&report)),
            State::Done => ("done", 100),
            State::Failed => ("failed", progress(&report)),
        };
        Self {
            id: report.id,
            kind: report.kind,
            from: report.since,
            to: report.until,
            patient: report.patient,
            user_id: report.user_id,
            requested_by: report.requested_by,
            requested_at: report.requested_at,
            state,
            progress_percent,
            lines: report.lines,
            checkpoint: report.checkpoint.map(|(_, note)| note),
            finished_at: report.finished_at,
            sha256: report.digest.map(hex::encode),
            failure: report.failure,
        }
    }
}

fn progress(report: &Report) -> i64 {
    let whole = (report.until - report.since).num_seconds().max(1);
    let read = (report.reached.0 - report.since).num_seconds();
    (read.saturating_mul(100) / whole).clamp(0, 99)
}

/// Reports.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Reports {
    pub(super) reports: Vec<ReportView>,
}
