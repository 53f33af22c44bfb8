//! The responses of the inventory.

use crate::{
    actions::compliance::inventory::{OpenedRecord, complete_record::Completed},
    domain::{NoticeClock, RecordKind, RecordState, secretary_due},
};
use actix_web::{HttpResponse, HttpResponseBuilder};
use chrono::{DateTime, Utc};
use mc_idempotency::StoredResponse;
use mc_vocabulary::RecordId;
use serde::Serialize;
use uuid::Uuid;

/// A page of records.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Records {
    records: Vec<RecordView>,
    /// `before` of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<RecordId>,
}

/// A record.
#[derive(Serialize, utoipa::ToSchema)]
pub struct RecordView {
    record_id: RecordId,
    kind: RecordKind,
    title: String,
    notes: Option<String>,
    state: RecordState,
    owner: Option<Uuid>,
    /// For a training: the account that is trained.
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<Uuid>,
    due_at: Option<DateTime<Utc>>,
    /// Whether it is open past its due date.
    overdue: bool,
    /// The last reminder, in days before the due date.
    reminded_days: Option<i32>,
    repeats_months: Option<i32>,
    added_at: DateTime<Utc>,
    /// When it was done or cancelled.
    completed_at: Option<DateTime<Utc>>,
    /// Fields of an incident.
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<IncidentView>,
    version: i64,
}

/// What only incidents have.
#[derive(Serialize, utoipa::ToSchema)]
pub struct IncidentView {
    /// The alert it came from.
    alert_id: Option<Uuid>,
    /// Number of patients concerned.
    patients: Option<i64>,
    /// 45 CFR 164.404: when patients must have notice.
    notice: NoticeClock,
    /// 45 CFR 164.408: when the Secretary of HHS must be notified; at the same time as the patients
    /// where they are 500 or more.
    secretary_due_at: Option<DateTime<Utc>>,
}

/// A completed record, and the next one.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CompletedView {
    record: RecordView,
    /// The next record, where it repeats.
    next: Option<RecordView>,
}

impl Records {
    /// `found` holds one more than `limit` where there is a next page.
    pub fn new(mut found: Vec<OpenedRecord>, limit: i64, now: DateTime<Utc>) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = found.len() > limit;
        found.truncate(limit);
        Self {
            next: found.last().filter(|_| more).map(|kept| kept.record.id),
            records: found.into_iter().map(|kept| RecordView::new(kept, now)).collect(),
        }
    }
}

impl RecordView {
    /// As of `now`.
    pub fn new(kept: OpenedRecord, now: DateTime<Utc>) -> Self {
        let (record, words) = (kept.record, kept.words);
        let incident = record.discovered_at.map(|discovered_at| IncidentView {
            alert_id: record.alert_id,
            patients: record.patients,
            notice: NoticeClock::at(discovered_at, false, now),
            secretary_due_at: record
                .patients
                .and_then(|patients| secretary_due(discovered_at, patients)),
        });
        Self {
            record_id: record.id,
            kind: record.kind,
            title: words.title,
            notes: words.notes,
            state: record.state,
            owner: record.owner,
            member: record.member,
            due_at: record.due_at,
            overdue: record.state == RecordState::Open && record.due_at.is_some_and(|due_at| due_at < now),
            reminded_days: record.reminded_days,
            repeats_months: record.repeats_months,
            added_at: record.added_at,
            completed_at: record.completed_at,
            incident,
            version: record.version,
        }
    }

    /// With the version as `ETag`.
    pub fn response(&self, mut builder: HttpResponseBuilder) -> HttpResponse {
        builder.insert_header(("ETag", self.etag())).json(self)
    }

    /// With the version as `ETag`, to be stored under the idempotency key.
    pub fn answer(&self, status: u16) -> StoredResponse {
        StoredResponse::json(status, self).header("ETag", self.etag())
    }

    fn etag(&self) -> String {
        format!("\"{}\"", self.version)
    }
}

impl CompletedView {
    /// As of `now`.
    pub fn new(completed: Completed, now: DateTime<Utc>) -> Self {
        Self {
            record: RecordView::new(completed.done, now),
            next: completed.next.map(|next| RecordView::new(next, now)),
        }
    }
}
