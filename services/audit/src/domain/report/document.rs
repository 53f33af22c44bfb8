//! A finished report.

use crate::domain::report::{Line, ReportKind, accesses, accounting, security};
use chrono::{DateTime, Utc};
use mc_report::{Column, Figure};
use mc_vocabulary::{OrganizationId, ReportId};
use serde::{Deserialize, Serialize};

/// The checkpoint a report was made under.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Made {
    /// Number of events of the log; all of them were read.
    pub size: i64,
    /// Place of the first event that was read.
    pub first_index: i64,
    /// Place of the last event that was read.
    pub last_index: i64,
    /// The signed note (C2SP tlog-checkpoint).
    pub note: String,
    /// The key that verifies it.
    pub public_key: String,
}

/// What a report is about.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Header {
    /// The report.
    pub id: ReportId,
    /// Its kind.
    pub kind: ReportKind,
    /// The organization of the log.
    pub organization_id: OrganizationId,
    /// Start of the period, inclusive.
    pub from: DateTime<Utc>,
    /// End of the period, exclusive.
    pub to: DateTime<Utc>,
    /// Pseudonym of the patient.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub patient: String,
    /// The user.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user_id: String,
    /// Who requested it.
    pub requested_by: String,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// When it was finished.
    pub finished_at: DateTime<Utc>,
    /// The checkpoint it was made under.
    pub checkpoint: Made,
}

/// A finished report.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Document {
    /// Heading.
    pub title: String,
    /// What it shows, in one sentence.
    pub about: String,
    /// What it is about.
    pub report: Header,
    /// Summary.
    pub figures: Vec<Figure>,
    /// Notes for the reader.
    pub notes: Vec<String>,
    /// Number of rows.
    pub count: usize,
    /// Columns of the table.
    pub columns: Vec<Column>,
    /// The table.
    pub rows: Vec<Vec<String>>,
}

/// The report over `lines` in the order of time, with further notes. The same input gives the same
/// report.
pub fn document(report: Header, lines: &[Line], also: Vec<String>) -> Document {
    let table = match report.kind {
        ReportKind::AccessByPatient => accesses::by_patient(lines),
        ReportKind::AccessByUser => accesses::by_user(lines),
        ReportKind::BreakGlass => accesses::break_glass(lines),
        ReportKind::ConsentDecisions => accesses::consents(lines),
        ReportKind::Disclosures => accounting::disclosures(lines, report.finished_at),
        ReportKind::FailedSignIns => security::failed_sign_ins(lines),
        ReportKind::PrivilegeChanges => security::privileges(lines),
        ReportKind::Retention => security::retention(lines),
    };
    let mut notes = [table.notes, also].concat();
    if !report.patient.is_empty() || report.kind.takes_patient().is_none() {
        notes.push("Patients stand under a pseudonym; who may unmask it can do so entry by entry.".to_owned());
    }
    Document {
        title: report.kind.title().to_owned(),
        about: report.kind.about().to_owned(),
        report,
        figures: table.figures,
        notes,
        count: table.rows.len(),
        columns: table.columns,
        rows: table.rows,
    }
}
