//! The log.

use crate::domain::{Entry, Leaf, Link};
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use sqlx::PgConnection;

/// Any number: names the one writer of the log among all processes.
const WRITER: i64 = 0x6d63_6175_6469_7400;

/// The log's size and last link, with the right to append until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn get_end_for_update(connection: &mut PgConnection) -> Result<(i64, Link), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", WRITER)
        .execute(&mut *connection)
        .await?;
    find_end(connection).await
}

/// The log's size and last link.
///
/// # Errors
/// The database's.
pub async fn find_end(connection: &mut PgConnection) -> Result<(i64, Link), sqlx::Error> {
    let row = sqlx::query!("SELECT position, link FROM audit.events ORDER BY position DESC LIMIT 1")
        .fetch_optional(connection)
        .await?;
    Ok(row
        .and_then(|row| Link::stored(&row.link).map(|link| (row.position + 1, link)))
        .unwrap_or((0, Link::origin())))
}

/// A new event.
pub struct New<'a> {
    /// Its place.
    pub position: i64,
    /// What it says.
    pub leaf: &'a Leaf,
    /// The bytes that were hashed.
    pub bytes: &'a [u8],
    /// Its link.
    pub link: Link,
    /// The patient's id, sealed.
    pub patient_sealed: Option<&'a [u8]>,
    /// Now.
    pub logged_at: DateTime<Utc>,
}

/// Appends an event.
///
/// # Errors
/// The database's.
pub async fn insert(connection: &mut PgConnection, new: New<'_>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO audit.events (position, event_id, organization_id, occurred_at, action, trace_id, leaf, link, patient_sealed, logged_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        new.position,
        new.leaf.event_id.uuid(),
        new.leaf.organization_id.map(mc_vocabulary::OrganizationId::uuid),
        new.leaf.occurred_at(),
        new.leaf.record.action,
        new.leaf.record.trace_id,
        new.bytes,
        new.link.as_bytes(),
        new.patient_sealed,
        new.logged_at
    )
    .execute(connection)
    .await
    .map(drop)
}

/// What a reader asks for.
pub struct Window<'a> {
    /// At most so many.
    pub limit: i64,
    /// Only this trace.
    pub trace_id: Option<&'a str>,
    /// Only this action.
    pub action: Option<&'a str>,
    /// Only what happened at or after.
    pub since: Option<DateTime<Utc>>,
}

/// The newest events of the transaction's organisation, newest first.
///
/// # Errors
/// The database's.
pub async fn list_recent(
    connection: &mut PgConnection,
    window: &Window<'_>,
) -> Result<Vec<(i64, Vec<u8>, Vec<u8>)>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT position, leaf, link FROM audit.events \
         WHERE ($2::text IS NULL OR trace_id = $2) AND ($3::timestamptz IS NULL OR occurred_at >= $3) AND ($4::text IS NULL OR action = $4) \
         ORDER BY occurred_at DESC, position DESC LIMIT $1",
        window.limit,
        window.trace_id,
        window.since,
        window.action
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.position, row.leaf, row.link)).collect())
}

/// The whole log in order, row by row, in constant memory.
pub fn stream(connection: &mut PgConnection) -> BoxStream<'_, Result<Entry, sqlx::Error>> {
    sqlx::query_as!(
        Entry,
        "SELECT position, event_id, organization_id, occurred_at, action, trace_id, leaf, link FROM audit.events ORDER BY position"
    )
    .fetch(connection)
    .boxed()
}

/// Whether this role may change or remove events: what the grants must not give.
///
/// # Errors
/// The database's.
pub async fn find_may_change(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT has_table_privilege('audit.events', 'UPDATE') OR has_table_privilege('audit.events', 'DELETE')
           OR has_table_privilege('audit.events', 'TRUNCATE') AS "may!""#
    )
    .fetch_one(connection)
    .await
}
