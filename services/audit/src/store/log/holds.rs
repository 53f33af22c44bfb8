//! Legal holds.

use crate::domain::{Hold, HoldScope, Released};
use chrono::{DateTime, Utc};
use mc_access::tenancy;
use mc_vocabulary::HoldId;
use sqlx::PgConnection;
use uuid::Uuid;

struct Row {
    hold_id: Uuid,
    kind: String,
    subject: String,
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    reason: String,
    placed_by: String,
    placed_at: DateTime<Utc>,
    released_by: Option<String>,
    released_at: Option<DateTime<Utc>>,
    release_reason: Option<String>,
}

impl From<Row> for Hold {
    fn from(row: Row) -> Self {
        let released = row.released_by.zip(row.released_at).zip(row.release_reason);
        Self {
            hold_id: row.hold_id.into(),
            kind: row.kind,
            subject: row.subject,
            since: row.since,
            until: row.until,
            reason: row.reason,
            placed_by: row.placed_by,
            placed_at: row.placed_at,
            released: released.map(|((by, at), reason)| Released { by, at, reason }),
        }
    }
}

/// Adds a hold; false where the same hold is in force.
#[tracing::instrument(level = "debug", name = "holds.insert", skip_all)]
pub async fn insert(
    connection: &mut PgConnection,
    organization_id: Uuid,
    hold: &Hold,
    covered: &HoldScope,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "INSERT INTO audit.legal_holds (hold_id, organization_id, kind, subject, since, until, reason, placed_by, placed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        hold.hold_id.uuid(),
        organization_id,
        covered.kind(),
        covered.subject(),
        hold.since,
        hold.until,
        hold.reason,
        hold.placed_by,
        hold.placed_at
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A hold of the organization, locked.
#[tracing::instrument(level = "debug", name = "holds.get_for_update", skip_all)]
pub async fn get_for_update(
    connection: &mut PgConnection,
    organization_id: Uuid,
    hold_id: HoldId,
) -> Result<Option<Hold>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        "SELECT hold_id, kind, subject, since, until, reason, placed_by, placed_at, released_by, released_at, release_reason \
         FROM audit.legal_holds WHERE hold_id = $1 AND organization_id = $2 FOR UPDATE",
        hold_id.uuid(),
        organization_id
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Hold::from))
}

/// Stores the release of a hold.
#[tracing::instrument(level = "debug", name = "holds.update", skip_all)]
pub async fn update(
    connection: &mut PgConnection,
    organization_id: Uuid,
    hold_id: HoldId,
    released: &Released,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE audit.legal_holds SET released_by = $3, released_at = $4, release_reason = $5 WHERE organization_id = $1 AND hold_id = $2",
        organization_id,
        hold_id.uuid(),
        released.by,
        released.at,
        released.reason
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// The holds of the organization, those in force first, then the newest.
#[tracing::instrument(level = "debug", name = "holds.list", skip_all)]
pub async fn list(connection: &mut PgConnection, organization_id: Uuid) -> Result<Vec<Hold>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT hold_id, kind, subject, since, until, reason, placed_by, placed_at, released_by, released_at, release_reason \
         FROM audit.legal_holds WHERE organization_id = $1 ORDER BY released_at IS NOT NULL, placed_at DESC, hold_id",
        organization_id
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Hold::from).collect())
}
