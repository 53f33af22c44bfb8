//! Lease and position of detection.

use chrono::{DateTime, Utc};
use mc_access::tenancy;
use sqlx::PgConnection;
use uuid::Uuid;

/// The position of detection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Commits of the log up to here were evaluated.
    pub sequence: i64,
    /// Accesses logged before were decided.
    pub judged_until: DateTime<Utc>,
}

/// Takes or renews the lease until `held_until`; the row is locked until the transaction ends. None
/// where another process holds it. A new detector begins at `first`.
#[tracing::instrument(level = "debug", name = "detectors.get_turn_for_update", skip_all)]
pub async fn get_turn_for_update(
    connection: &mut PgConnection,
    name: &str,
    holder: Uuid,
    (now, held_until): (DateTime<Utc>, DateTime<Utc>),
    first: Position,
) -> Result<Option<Position>, sqlx::Error> {
    sqlx::query_as!(
        Position,
        "INSERT INTO audit.detectors AS d (name, holder, held_until, sequence, judged_until) VALUES ($1, $2, $3, $5, $6) \
         ON CONFLICT (name) DO UPDATE SET holder = $2, held_until = $3 WHERE d.holder = $2 OR d.held_until < $4 \
         RETURNING sequence, judged_until",
        name,
        holder,
        held_until,
        now,
        first.sequence,
        first.judged_until
    )
    .fetch_optional(connection)
    .await
}

/// The position; None where detection has not begun.
#[tracing::instrument(level = "debug", name = "detectors.find", skip_all)]
pub async fn find(connection: &mut PgConnection, name: &str) -> Result<Option<Position>, sqlx::Error> {
    sqlx::query_as!(
        Position,
        "SELECT sequence, judged_until FROM audit.detectors WHERE name = $1",
        name
    )
    .fetch_optional(connection)
    .await
}

/// When the oldest commit that was not evaluated was logged; None where there is none.
#[tracing::instrument(level = "debug", name = "detectors.find_oldest_unseen", skip_all)]
pub async fn find_oldest_unseen(
    connection: &mut PgConnection,
    name: &str,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT logged_at FROM audit.batches WHERE sequence > (SELECT sequence FROM audit.detectors WHERE name = $1) ORDER BY sequence LIMIT 1",
        name
    )
    .fetch_optional(connection)
    .await
}

/// Stores the position.
#[tracing::instrument(level = "debug", name = "detectors.update", skip_all)]
pub async fn update(connection: &mut PgConnection, name: &str, position: Position) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE audit.detectors SET sequence = $2, judged_until = $3 WHERE name = $1",
        name,
        position.sequence,
        position.judged_until
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// Releases the lease, if this process holds it.
#[tracing::instrument(level = "debug", name = "detectors.update_released", skip_all)]
pub async fn update_released(
    connection: &mut PgConnection,
    name: &str,
    holder: Uuid,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE audit.detectors SET held_until = $3 WHERE name = $1 AND holder = $2 AND held_until > $3",
        name,
        holder,
        now
    )
    .execute(connection)
    .await
    .map(drop)
}
