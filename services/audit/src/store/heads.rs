//! Signed heads.

use crate::domain::Head;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// The newest head's size and note.
///
/// # Errors
/// The database's.
pub async fn find_newest(connection: &mut PgConnection) -> Result<Option<(i64, String, DateTime<Utc>)>, sqlx::Error> {
    let row = sqlx::query!("SELECT size, note, signed_at FROM audit.heads ORDER BY size DESC LIMIT 1")
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| (row.size, row.note, row.signed_at)))
}

/// Every head's size and note, smallest first.
///
/// # Errors
/// The database's.
pub async fn list(connection: &mut PgConnection) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let rows = sqlx::query!("SELECT size, note FROM audit.heads ORDER BY size")
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.size, row.note)).collect())
}

/// Adds a head; harmless where another process signed that size.
///
/// # Errors
/// The database's.
pub async fn insert(connection: &mut PgConnection, head: &Head, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO audit.heads (size, link, note, signed_at) VALUES ($1, $2, $3, $4) ON CONFLICT (size) DO NOTHING",
        head.size,
        head.link.as_bytes(),
        head.note,
        now
    )
    .execute(connection)
    .await
    .map(drop)
}
