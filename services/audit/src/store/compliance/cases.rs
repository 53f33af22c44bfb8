//! Cases of breach detection.

use crate::domain::CaseState;
use chrono::{DateTime, Utc};
use mc_access::tenancy;
use mc_vocabulary::AlertId;
use sqlx::PgConnection;
use uuid::Uuid;

/// A stored case.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its id; ids are in the order of opening.
    pub id: AlertId,
    /// The organization; all zeros for the platform.
    pub tree: Uuid,
    /// The rule that opened it.
    pub rule: String,
    /// Title of the rule.
    pub title: String,
    /// `low`, `medium`, `high`.
    pub severity: String,
    /// Kind of the subject: `actor`, `source_ip`, …
    pub subject_kind: String,
    /// Id of the subject.
    pub subject_id: String,
    /// The state of a record.
    pub state: CaseState,
    /// The account responsible for it.
    pub owner: Option<Uuid>,
    /// Whether it may be a breach of patient data.
    pub starts_clock: bool,
    /// The largest figure.
    pub figure: i64,
    /// The threshold at which it was opened.
    pub threshold: i64,
    /// Number of events.
    pub events: i64,
    /// When the first happened.
    pub first_event_at: DateTime<Utc>,
    /// When the last happened.
    pub last_event_at: DateTime<Utc>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When the notice clock starts.
    pub discovered_at: DateTime<Utc>,
    /// When it was decided or closed.
    pub concluded_at: Option<DateTime<Utc>>,
    /// Incremented by every decision.
    pub version: i64,
}

struct Row {
    case_id: Uuid,
    organization_id: Uuid,
    rule: String,
    title: String,
    severity: String,
    subject_kind: String,
    subject_id: String,
    state: String,
    owner: Option<Uuid>,
    starts_clock: bool,
    figure: i64,
    threshold: i64,
    events: i64,
    first_event_at: DateTime<Utc>,
    last_event_at: DateTime<Utc>,
    opened_at: DateTime<Utc>,
    discovered_at: DateTime<Utc>,
    concluded_at: Option<DateTime<Utc>>,
    version: i64,
}

impl Row {
    fn case(self) -> Result<Case, sqlx::Error> {
        Ok(Case {
            id: self.case_id.into(),
            tree: self.organization_id,
            rule: self.rule,
            title: self.title,
            severity: self.severity,
            subject_kind: self.subject_kind,
            subject_id: self.subject_id,
            state: self
                .state
                .parse()
                .map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            owner: self.owner,
            starts_clock: self.starts_clock,
            figure: self.figure,
            threshold: self.threshold,
            events: self.events,
            first_event_at: self.first_event_at,
            last_event_at: self.last_event_at,
            opened_at: self.opened_at,
            discovered_at: self.discovered_at,
            concluded_at: self.concluded_at,
            version: self.version,
        })
    }
}

/// The open case of a rule and subject, locked.
#[tracing::instrument(level = "debug", name = "cases.get_standing_for_update", skip_all)]
pub async fn get_standing_for_update(
    connection: &mut PgConnection,
    tree: Uuid,
    rule: &str,
    subject: (&str, &str),
) -> Result<Option<Case>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        "SELECT * FROM audit.cases WHERE organization_id = $1 AND rule = $2 AND subject_kind = $3 AND subject_id = $4 \
         AND state IN ('open', 'investigating', 'breach') FOR UPDATE",
        tree,
        rule,
        subject.0,
        subject.1
    )
    .fetch_optional(connection)
    .await?
    .map(Row::case)
    .transpose()
}

/// A case, locked.
#[tracing::instrument(level = "debug", name = "cases.get_for_update", skip_all)]
pub async fn get_for_update(
    connection: &mut PgConnection,
    tree: Uuid,
    id: AlertId,
) -> Result<Option<Case>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        "SELECT * FROM audit.cases WHERE organization_id = $1 AND case_id = $2 FOR UPDATE",
        tree,
        id.uuid()
    )
    .fetch_optional(connection)
    .await?
    .map(Row::case)
    .transpose()
}

/// A case.
#[tracing::instrument(level = "debug", name = "cases.find", skip_all)]
pub async fn find(connection: &mut PgConnection, tree: Uuid, id: AlertId) -> Result<Option<Case>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        "SELECT * FROM audit.cases WHERE organization_id = $1 AND case_id = $2",
        tree,
        id.uuid()
    )
    .fetch_optional(connection)
    .await?
    .map(Row::case)
    .transpose()
}

/// Filter of cases.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only in this state.
    pub state: Option<CaseState>,
    /// Only of this severity.
    pub severity: Option<String>,
    /// Only of this rule.
    pub rule: Option<String>,
    /// Only about this subject.
    pub subject_id: Option<String>,
    /// Only of this owner.
    pub owner: Option<Uuid>,
    /// Only opened before this one.
    pub before: Option<AlertId>,
    /// Maximum number of events.
    pub limit: i64,
}

/// Cases, newest first.
#[tracing::instrument(level = "debug", name = "cases.list", skip_all)]
pub async fn list(connection: &mut PgConnection, tree: Uuid, wanted: &Filter) -> Result<Vec<Case>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT * FROM audit.cases WHERE organization_id = $1 AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR severity = $3) \
         AND ($4::text IS NULL OR rule = $4) AND ($5::text IS NULL OR subject_id = $5) AND ($6::uuid IS NULL OR owner = $6) \
         AND ($7::uuid IS NULL OR case_id < $7) ORDER BY case_id DESC LIMIT $8",
        tree,
        wanted.state.map(CaseState::as_str),
        wanted.severity.as_deref(),
        wanted.rule.as_deref(),
        wanted.subject_id.as_deref(),
        wanted.owner,
        wanted.before.map(AlertId::uuid),
        wanted.limit
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::case).collect()
}

/// Opens a case.
#[tracing::instrument(level = "debug", name = "cases.insert", skip_all)]
pub async fn insert(connection: &mut PgConnection, case: &Case) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO audit.cases (case_id, organization_id, rule, title, severity, subject_kind, subject_id, state, owner, starts_clock, figure, \
            threshold, events, first_event_at, last_event_at, opened_at, discovered_at, concluded_at, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        case.id.uuid(),
        case.tree,
        case.rule,
        case.title,
        case.severity,
        case.subject_kind,
        case.subject_id,
        case.state.as_str(),
        case.owner,
        case.starts_clock,
        case.figure,
        case.threshold,
        case.events,
        case.first_event_at,
        case.last_event_at,
        case.opened_at,
        case.discovered_at,
        case.concluded_at,
        case.version
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// Stores figure and events of a case that was extended.
#[tracing::instrument(level = "debug", name = "cases.update_events", skip_all)]
pub async fn update_events(connection: &mut PgConnection, case: &Case) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE audit.cases SET figure = $2, events = $3, first_event_at = $4, last_event_at = $5 WHERE organization_id = $6 AND case_id = $1",
        case.id.uuid(),
        case.figure,
        case.events,
        case.first_event_at,
        case.last_event_at,
        case.tree
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// Stores a decision; a unique violation where a newer case of the same subject is open.
#[tracing::instrument(level = "debug", name = "cases.update_decision", skip_all)]
pub async fn update_decision(connection: &mut PgConnection, case: &Case) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE audit.cases SET state = $2, owner = $3, discovered_at = $4, concluded_at = $5, version = $6 \
         WHERE organization_id = $7 AND case_id = $1",
        case.id.uuid(),
        case.state.as_str(),
        case.owner,
        case.discovered_at,
        case.concluded_at,
        case.version,
        case.tree
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}
