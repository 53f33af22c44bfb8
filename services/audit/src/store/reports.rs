//! Reports and their parts.

use crate::domain::report::ReportKind;
use chrono::{DateTime, Utc};
use mc_access::tenancy;
use mc_vocabulary::{OrganizationId, ReportId};
use sqlx::PgConnection;
use uuid::Uuid;

/// The state of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Requested.
    Waiting,
    /// Being built.
    Building,
    /// Finished.
    Done,
    /// It could not be built; `failure` says why.
    Failed,
}

impl State {
    fn from_name(text: &str) -> Self {
        match text {
            "waiting" => Self::Waiting,
            "building" => Self::Building,
            "done" => Self::Done,
            _ => Self::Failed,
        }
    }
}

/// A stored report.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// The organization of the log.
    pub organization_id: OrganizationId,
    /// Its kind.
    pub kind: ReportKind,
    /// Start of the period, inclusive.
    pub since: DateTime<Utc>,
    /// End of the period, exclusive.
    pub until: DateTime<Utc>,
    /// Pseudonym of the patient; empty where it is not about one.
    pub patient: String,
    /// Id of the user; empty where it is not about one.
    pub user_id: String,
    /// Who requested it.
    pub requested_by: String,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// Its state.
    pub state: State,
    /// Size and note of the checkpoint.
    pub checkpoint: Option<(i64, String)>,
    /// Read up to here: time and place in the log.
    pub reached: (DateTime<Utc>, i64),
    /// Number of stored parts.
    pub parts: i32,
    /// Number of lines in them.
    pub lines: i64,
    /// Number of failed attempts.
    pub attempts: i32,
    /// Why it could not be built.
    pub failure: Option<String>,
    /// When it was finished.
    pub finished_at: Option<DateTime<Utc>>,
    /// SHA-256 of its content.
    pub digest: Option<Vec<u8>>,
}

struct Row {
    id: Uuid,
    organization_id: Uuid,
    kind: String,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
    patient: String,
    user_id: String,
    requested_by: String,
    requested_at: DateTime<Utc>,
    state: String,
    size: Option<i64>,
    note: Option<String>,
    reached_at: Option<DateTime<Utc>>,
    reached_index: Option<i64>,
    parts: i32,
    lines: i64,
    attempts: i32,
    failure: Option<String>,
    finished_at: Option<DateTime<Utc>>,
    digest: Option<Vec<u8>>,
}

impl Row {
    fn report(self) -> Result<Report, sqlx::Error> {
        let kind = ReportKind::from_name(&self.kind);
        Ok(Report {
            id: self.id.into(),
            organization_id: self.organization_id.into(),
            kind: kind.ok_or_else(|| sqlx::Error::Decode("a report of no known kind".into()))?,
            since: self.since,
            until: self.until,
            patient: self.patient,
            user_id: self.user_id,
            requested_by: self.requested_by,
            requested_at: self.requested_at,
            state: State::from_name(&self.state),
            checkpoint: self.size.zip(self.note),
            // Before the first event of the period.
            reached: (self.reached_at.unwrap_or(self.since), self.reached_index.unwrap_or(-1)),
            parts: self.parts,
            lines: self.lines,
            attempts: self.attempts,
            failure: self.failure,
            finished_at: self.finished_at,
            digest: self.digest,
        })
    }
}

/// Adds a requested report.
#[tracing::instrument(level = "debug", name = "reports.insert", skip_all)]
pub async fn insert(connection: &mut PgConnection, report: &Report) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO audit.reports (id, organization_id, kind, since, until, patient, user_id, requested_by, requested_at, state, next_try_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $9)",
        report.id.uuid(),
        report.organization_id.uuid(),
        report.kind.as_str(),
        report.since,
        report.until,
        report.patient,
        report.user_id,
        report.requested_by,
        report.requested_at
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// A report of the organization.
#[tracing::instrument(level = "debug", name = "reports.find", skip_all)]
pub async fn find(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    id: ReportId,
) -> Result<Option<Report>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        "SELECT id, organization_id, kind, since, until, patient, user_id, requested_by, requested_at, state, size, note, reached_at, \
         reached_index, parts, lines, attempts, failure, finished_at, digest FROM audit.reports WHERE organization_id = $1 AND id = $2",
        organization_id.uuid(),
        id.uuid()
    )
    .fetch_optional(connection)
    .await?
    .map(Row::report)
    .transpose()
}

/// The reports of the organization before `before`, newest first.
#[tracing::instrument(level = "debug", name = "reports.list", skip_all)]
pub async fn list(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    before: Option<ReportId>,
    limit: i64,
) -> Result<Vec<Report>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, organization_id, kind, since, until, patient, user_id, requested_by, requested_at, state, size, note, reached_at, \
         reached_index, parts, lines, attempts, failure, finished_at, digest FROM audit.reports \
         WHERE organization_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3",
        organization_id.uuid(),
        before.map(ReportId::uuid),
        limit
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::report).collect()
}

/// Number of unfinished reports of the organization.
#[tracing::instrument(level = "debug", name = "reports.count_open", skip_all)]
pub async fn count_open(connection: &mut PgConnection, organization_id: OrganizationId) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM audit.reports WHERE organization_id = $1 AND state IN ('waiting', 'building')"#,
        organization_id.uuid()
    )
    .fetch_one(connection)
    .await
}

/// The next report to work on, locked; those locked by another process are skipped.
#[tracing::instrument(level = "debug", name = "reports.get_open_for_update", skip_all)]
pub async fn get_open_for_update(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
) -> Result<Option<Report>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        "SELECT id, organization_id, kind, since, until, patient, user_id, requested_by, requested_at, state, size, note, reached_at, \
         reached_index, parts, lines, attempts, failure, finished_at, digest FROM audit.reports \
         WHERE state IN ('waiting', 'building') AND next_try_at <= $1 ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED",
        now
    )
    .fetch_optional(connection)
    .await?
    .map(Row::report)
    .transpose()
}

/// Stores the checkpoint that a report is built under.
#[tracing::instrument(level = "debug", name = "reports.update_begun", skip_all)]
pub async fn update_begun(
    connection: &mut PgConnection,
    id: ReportId,
    size: i64,
    note: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE audit.reports SET state = 'building', size = $2, note = $3, next_try_at = $4 WHERE id = $1",
        id.uuid(),
        size,
        note,
        now
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// Stores the progress; other waiting reports come first.
#[tracing::instrument(level = "debug", name = "reports.update_reached", skip_all)]
pub async fn update_reached(
    connection: &mut PgConnection,
    report: &Report,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE audit.reports SET reached_at = $2, reached_index = $3, parts = $4, lines = $5, attempts = 0, next_try_at = $6 WHERE id = $1",
        report.id.uuid(),
        report.reached.0,
        report.reached.1,
        report.parts,
        report.lines,
        now
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// Adds a part.
#[tracing::instrument(level = "debug", name = "reports.insert_part", skip_all)]
pub async fn insert_part(
    connection: &mut PgConnection,
    report: &Report,
    part: i32,
    lines_sealed: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO audit.report_parts (report_id, part, organization_id, lines_sealed) VALUES ($1, $2, $3, $4)",
        report.id.uuid(),
        part,
        report.organization_id.uuid(),
        lines_sealed
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// The parts of a report, in order.
#[tracing::instrument(level = "debug", name = "reports.list_parts", skip_all)]
pub async fn list_parts(connection: &mut PgConnection, report: &Report) -> Result<Vec<(i32, Vec<u8>)>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT part, lines_sealed FROM audit.report_parts WHERE organization_id = $1 AND report_id = $2 ORDER BY part",
        report.organization_id.uuid(),
        report.id.uuid()
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.part, row.lines_sealed)).collect())
}

/// Stores the finished report and deletes its parts.
#[tracing::instrument(level = "debug", name = "reports.update_done", skip_all)]
pub async fn update_done(
    connection: &mut PgConnection,
    id: ReportId,
    content_sealed: &[u8],
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE audit.reports SET state = 'done', content_sealed = $2, digest = $3, finished_at = $4 WHERE id = $1",
        id.uuid(),
        content_sealed,
        digest,
        now
    )
    .execute(&mut *connection)
    .await
    .and_then(tenancy::one_row)?;
    sqlx::query!("DELETE FROM audit.report_parts WHERE report_id = $1", id.uuid())
        .execute(connection)
        .await
        .map(drop)
}

/// Counts a failed attempt; the next is at `next_try_at`, or with `failure` there is none.
#[tracing::instrument(level = "debug", name = "reports.update_failed", skip_all)]
pub async fn update_failed(
    connection: &mut PgConnection,
    id: ReportId,
    next_try_at: DateTime<Utc>,
    failure: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE audit.reports SET attempts = attempts + 1, next_try_at = $2, failure = $3, \
         state = CASE WHEN $3::text IS NULL THEN state ELSE 'failed' END WHERE id = $1 AND state IN ('waiting', 'building')",
        id.uuid(),
        next_try_at,
        failure
    )
    .execute(connection)
    .await
    .map(drop)
}

/// The sealed content of a finished report of the organization.
#[tracing::instrument(level = "debug", name = "reports.find_content", skip_all)]
pub async fn find_content(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    id: ReportId,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT content_sealed FROM audit.reports WHERE organization_id = $1 AND id = $2 AND state = 'done'",
        organization_id.uuid(),
        id.uuid()
    )
    .fetch_optional(connection)
    .await
    .map(Option::flatten)
}
