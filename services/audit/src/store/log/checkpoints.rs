//! Signed checkpoints.

use chrono::{DateTime, Utc};
use mc_transparency::Hash;
use sqlx::PgConnection;
use uuid::Uuid;

/// A stored signed checkpoint.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Number of events it covers.
    pub size: i64,
    /// The signed note.
    pub note: String,
    /// When it was signed.
    pub signed_at: DateTime<Utc>,
}

/// The newest of tree `tree`.
#[tracing::instrument(level = "debug", name = "checkpoints.find_newest", skip_all)]
pub async fn find_newest(connection: &mut PgConnection, tree: Uuid) -> Result<Option<Signed>, sqlx::Error> {
    sqlx::query_as!(
        Signed,
        "SELECT size, note, signed_at FROM audit.checkpoints WHERE organization_id = $1 ORDER BY size DESC LIMIT 1",
        tree
    )
    .fetch_optional(connection)
    .await
}

/// The newest of any tree.
#[tracing::instrument(level = "debug", name = "checkpoints.find_newest_of_all", skip_all)]
pub async fn find_newest_of_all(connection: &mut PgConnection) -> Result<Option<Signed>, sqlx::Error> {
    sqlx::query_as!(
        Signed,
        "SELECT size, note, signed_at FROM audit.checkpoints ORDER BY signed_at DESC LIMIT 1"
    )
    .fetch_optional(connection)
    .await
}

/// Those of tree `tree` with a size in `[from, until]`, smallest first, at most `limit`.
#[tracing::instrument(level = "debug", name = "checkpoints.list", skip_all)]
pub async fn list(
    connection: &mut PgConnection,
    tree: Uuid,
    from: i64,
    until: i64,
    limit: i64,
) -> Result<Vec<Signed>, sqlx::Error> {
    sqlx::query_as!(
        Signed,
        "SELECT size, note, signed_at FROM audit.checkpoints WHERE organization_id = $1 AND size >= $2 AND size <= $3 ORDER BY size LIMIT $4",
        tree,
        from,
        until,
        limit
    )
    .fetch_all(connection)
    .await
}

/// Adds a checkpoint, unless another process signed that size.
#[tracing::instrument(level = "debug", name = "checkpoints.insert", skip_all)]
pub async fn insert(
    connection: &mut PgConnection,
    tree: Uuid,
    size: i64,
    root: Hash,
    note: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO audit.checkpoints (organization_id, size, root, note, signed_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (organization_id, size) DO NOTHING",
        tree,
        size,
        root.as_bytes(),
        note,
        now
    )
    .execute(connection)
    .await
    .map(drop)
}
