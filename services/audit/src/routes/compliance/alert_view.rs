//! The response of an alert.

use crate::{
    actions::compliance::get_alert::{Alert, Note},
    domain::{CaseState, NoticeClock},
    store::compliance::{case_evidence::Stored, cases::Case},
};
use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use mc_vocabulary::{AlertId, EventId};
use serde::Serialize;
use std::collections::BTreeSet;
use uuid::Uuid;

/// An alert: a case of breach detection.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AlertView {
    alert_id: AlertId,
    /// The rule that opened it; `GET /rules` explains it.
    rule: String,
    title: String,
    /// `low`, `medium`, `high`.
    severity: String,
    subject: SubjectView,
    state: CaseState,
    /// The states that it can go to next.
    next_states: &'static [CaseState],
    /// The account responsible for it.
    owner: Option<Uuid>,
    /// The largest measured figure.
    figure: i64,
    /// The threshold at which the case was opened.
    threshold: i64,
    /// Number of events.
    events: i64,
    first_event_at: DateTime<Utc>,
    last_event_at: DateTime<Utc>,
    opened_at: DateTime<Utc>,
    concluded_at: Option<DateTime<Utc>>,
    /// 45 CFR 164.404: when patients must have notice. Absent where no patient data is concerned,
    /// and where it is not a breach.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<NoticeClock>,
    version: i64,
}

/// Its subject.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SubjectView {
    /// `actor`, `patient`, `source_ip`, `session`, `source`, `organization`.
    kind: String,
    /// User or client id, pseudonym, address, …
    id: String,
}

/// An event of the evidence.
#[derive(Serialize, utoipa::ToSchema)]
pub struct EvidenceView {
    event_id: EventId,
    /// Place in the organization's log; `GET /proofs/inclusion` proves it.
    log_index: i64,
    occurred_at: DateTime<Utc>,
    action: String,
    actor_id: String,
    /// Pseudonym of the patient.
    #[serde(skip_serializing_if = "Option::is_none")]
    patient: Option<String>,
}

/// A note or decision of a person.
#[derive(Serialize, utoipa::ToSchema)]
pub struct NoteView {
    noted_at: DateTime<Utc>,
    noted_by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
}

/// An alert with its evidence and notes.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AlertDetail {
    #[serde(flatten)]
    alert: AlertView,
    /// Pseudonyms of the patients concerned.
    patients: Vec<String>,
    /// Its first 500 events, in the order in which they happened.
    evidence: Vec<EvidenceView>,
    notes: Vec<NoteView>,
}

impl AlertView {
    /// As of `now`.
    pub fn new(case: Case, now: DateTime<Utc>) -> Self {
        Self {
            notice: NoticeClock::of_case(case.state, case.starts_clock, case.discovered_at, now),
            alert_id: case.id,
            rule: case.rule,
            title: case.title,
            severity: case.severity,
            subject: SubjectView {
                kind: case.subject_kind,
                id: case.subject_id,
            },
            state: case.state,
            next_states: case.state.followers(),
            owner: case.owner,
            figure: case.figure,
            threshold: case.threshold,
            events: case.events,
            first_event_at: case.first_event_at,
            last_event_at: case.last_event_at,
            opened_at: case.opened_at,
            concluded_at: case.concluded_at,
            version: case.version,
        }
    }
}

impl AlertDetail {
    /// As of `now`.
    pub fn new(alert: Alert, now: DateTime<Utc>) -> Self {
        let patients: BTreeSet<_> = alert
            .evidence
            .iter()
            .filter_map(|event| event.patient.clone())
            .collect();
        Self {
            alert: AlertView::new(alert.case, now),
            patients: patients.into_iter().collect(),
            evidence: alert.evidence.into_iter().map(EvidenceView::from).collect(),
            notes: alert.notes.into_iter().map(NoteView::from).collect(),
        }
    }

    /// With the version as `ETag`.
    pub fn response(&self) -> HttpResponse {
        let etag = format!("\"{}\"", self.alert.version);
        HttpResponse::Ok().insert_header(("ETag", etag)).json(self)
    }
}

impl From<Stored> for EvidenceView {
    fn from(stored: Stored) -> Self {
        Self {
            event_id: stored.event_id,
            log_index: stored.log_index,
            occurred_at: stored.occurred_at,
            action: stored.action,
            actor_id: stored.actor_id,
            patient: stored.patient,
        }
    }
}

impl From<Note> for NoteView {
    fn from(note: Note) -> Self {
        Self {
            noted_at: note.noted_at,
            noted_by: note.noted_by,
            state: note.state,
            words: note.words,
        }
    }
}
