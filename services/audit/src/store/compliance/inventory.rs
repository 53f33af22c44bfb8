//! Records of the inventory.

use crate::domain::{RecordKind, RecordState};
use chrono::{DateTime, Utc};
use mc_access::tenancy;
use mc_vocabulary::RecordId;
use sqlx::PgConnection;
use uuid::Uuid;

/// A stored record.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its id; ids are in the order of adding.
    pub id: RecordId,
    /// The organization it belongs to.
    pub tree: Uuid,
    /// The kind of a record.
    pub kind: RecordKind,
    /// The state of a record.
    pub state: RecordState,
    /// The account responsible for it.
    pub owner: Option<Uuid>,
    /// For a training: the account that is trained.
    pub member: Option<Uuid>,
    /// When it is due.
    pub due_at: Option<DateTime<Utc>>,
    /// The next record is due this number of months later.
    pub repeats_months: Option<i32>,
    /// Title and notes, sealed.
    pub words_sealed: Vec<u8>,
    /// For an incident: the case it came from.
    pub alert_id: Option<Uuid>,
    /// For an incident: when it was discovered.
    pub discovered_at: Option<DateTime<Utc>>,
    /// For an incident: the number of patients concerned.
    pub patients: Option<i64>,
    /// The last reminder, in days before the due date.
    pub reminded_days: Option<i32>,
    /// When it was added.
    pub added_at: DateTime<Utc>,
    /// When it was done or cancelled.
    pub completed_at: Option<DateTime<Utc>>,
    /// Incremented by every change.
    pub version: i64,
}

struct Row {
    record_id: Uuid,
    organization_id: Uuid,
    kind: String,
    state: String,
    owner: Option<Uuid>,
    member: Option<Uuid>,
    due_at: Option<DateTime<Utc>>,
    repeats_months: Option<i32>,
    words_sealed: Vec<u8>,
    alert_id: Option<Uuid>,
    discovered_at: Option<DateTime<Utc>>,
    patients: Option<i64>,
    reminded_days: Option<i32>,
    added_at: DateTime<Utc>,
    completed_at: Option<DateTime<Utc>>,
    version: i64,
}

impl Row {
    fn record(self) -> Result<Record, sqlx::Error> {
        let damaged = |error| sqlx::Error::Decode(Box::new(error));
        Ok(Record {
            id: self.record_id.into(),
            tree: self.organization_id,
            kind: self.kind.parse().map_err(damaged)?,
            state: self.state.parse().map_err(damaged)?,
            owner: self.owner,
            member: self.member,
            due_at: self.due_at,
            repeats_months: self.repeats_months,
            words_sealed: self.words_sealed,
            alert_id: self.alert_id,
            discovered_at: self.discovered_at,
            patients: self.patients,
            reminded_days: self.reminded_days,
            added_at: self.added_at,
            completed_at: self.completed_at,
            version: self.version,
        })
    }
}

/// A record.
#[tracing::instrument(level = "debug", name = "inventory.find", skip_all)]
pub async fn find(
    connection: &mut PgConnection,
    tree: Uuid,
    kind: RecordKind,
    id: RecordId,
) -> Result<Option<Record>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        "SELECT * FROM audit.inventory WHERE organization_id = $1 AND kind = $2 AND record_id = $3",
        tree,
        kind.as_str(),
        id.uuid()
    )
    .fetch_optional(connection)
    .await?
    .map(Row::record)
    .transpose()
}

/// A record, locked.
#[tracing::instrument(level = "debug", name = "inventory.get_for_update", skip_all)]
pub async fn get_for_update(
    connection: &mut PgConnection,
    tree: Uuid,
    kind: RecordKind,
    id: RecordId,
) -> Result<Option<Record>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        "SELECT * FROM audit.inventory WHERE organization_id = $1 AND kind = $2 AND record_id = $3 FOR UPDATE",
        tree,
        kind.as_str(),
        id.uuid()
    )
    .fetch_optional(connection)
    .await?
    .map(Row::record)
    .transpose()
}

/// Filter of records.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only in this state.
    pub state: Option<RecordState>,
    /// Only due before.
    pub due_before: Option<DateTime<Utc>>,
    /// Only added before this one.
    pub before: Option<RecordId>,
    /// Maximum number of events.
    pub limit: i64,
}

/// Records of a kind, newest first.
#[tracing::instrument(level = "debug", name = "inventory.list", skip_all)]
pub async fn list(
    connection: &mut PgConnection,
    tree: Uuid,
    kind: RecordKind,
    wanted: &Filter,
) -> Result<Vec<Record>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT * FROM audit.inventory WHERE organization_id = $1 AND kind = $2 AND ($3::text IS NULL OR state = $3) \
         AND ($4::timestamptz IS NULL OR due_at < $4) AND ($5::uuid IS NULL OR record_id < $5) ORDER BY record_id DESC LIMIT $6",
        tree,
        kind.as_str(),
        wanted.state.map(RecordState::as_str),
        wanted.due_before,
        wanted.before.map(RecordId::uuid),
        wanted.limit
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::record).collect()
}

/// Open records that need a reminder now, over all organizations, locked; those locked by another
/// process are skipped. `reached`: due dates that reach the reminders of 30 days, 7 days and the
/// day.
#[tracing::instrument(level = "debug", name = "inventory.list_due_for_update", skip_all)]
pub async fn list_due_for_update(
    connection: &mut PgConnection,
    reached: [DateTime<Utc>; 3],
) -> Result<Vec<Record>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT * FROM audit.inventory WHERE state = 'open' AND due_at <= $1 AND \
            (reminded_days IS NULL OR (reminded_days > 7 AND due_at <= $2) OR (reminded_days > 0 AND due_at <= $3)) \
         ORDER BY due_at LIMIT 200 FOR UPDATE SKIP LOCKED",
        reached[0],
        reached[1],
        reached[2]
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::record).collect()
}

/// Adds a record.
#[tracing::instrument(level = "debug", name = "inventory.insert", skip_all)]
pub async fn insert(connection: &mut PgConnection, record: &Record) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO audit.inventory (record_id, organization_id, kind, state, owner, member, due_at, repeats_months, words_sealed, alert_id, \
            discovered_at, patients, reminded_days, added_at, completed_at, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        record.id.uuid(),
        record.tree,
        record.kind.as_str(),
        record.state.as_str(),
        record.owner,
        record.member,
        record.due_at,
        record.repeats_months,
        record.words_sealed,
        record.alert_id,
        record.discovered_at,
        record.patients,
        record.reminded_days,
        record.added_at,
        record.completed_at,
        record.version
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// Stores a changed record.
#[tracing::instrument(level = "debug", name = "inventory.update", skip_all)]
pub async fn update(connection: &mut PgConnection, record: &Record) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE audit.inventory SET state = $2, owner = $3, member = $4, due_at = $5, repeats_months = $6, words_sealed = $7, alert_id = $8, \
            discovered_at = $9, patients = $10, reminded_days = $11, completed_at = $12, version = $13 \
         WHERE organization_id = $14 AND record_id = $1",
        record.id.uuid(),
        record.state.as_str(),
        record.owner,
        record.member,
        record.due_at,
        record.repeats_months,
        record.words_sealed,
        record.alert_id,
        record.discovered_at,
        record.patients,
        record.reminded_days,
        record.completed_at,
        record.version,
        record.tree
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}
