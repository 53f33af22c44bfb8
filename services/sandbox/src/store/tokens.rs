//! Access tokens of the EHR, and the assertions that were spent on them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// What a token allows.
pub struct Grant {
    /// Whose charts.
    pub organization: String,
    /// SMART scopes.
    pub scope: String,
}

/// Notes an assertion; false where it was seen before.
///
/// # Errors
/// The database's.
pub async fn insert_assertion(
    connection: &mut PgConnection,
    client_id: &str,
    jti: &str,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    sqlx::query!("DELETE FROM sandbox.used_assertions WHERE expires_at < $1", now)
        .execute(&mut *connection)
        .await?;
    let new = sqlx::query!(
        "INSERT INTO sandbox.used_assertions (client_id, jti, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        client_id,
        jti,
        expires_at
    )
    .execute(connection)
    .await?;
    Ok(new.rows_affected() > 0)
}

/// Notes a new token by its hash.
///
/// # Errors
/// The database's.
pub async fn insert(
    connection: &mut PgConnection,
    hash: &[u8],
    client_id: &str,
    grant: &Grant,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM sandbox.access_tokens WHERE expires_at < $1", now)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "INSERT INTO sandbox.access_tokens (token_sha256, client_id, organization, scope, expires_at)
         VALUES ($1, $2, $3, $4, $5)",
        hash,
        client_id,
        grant.organization,
        grant.scope,
        expires_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What the token allows now; None where it is unknown, expired or revoked.
///
/// # Errors
/// The database's.
pub async fn find(
    connection: &mut PgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Grant>, sqlx::Error> {
    sqlx::query_as!(
        Grant,
        "SELECT organization, scope FROM sandbox.access_tokens
         WHERE token_sha256 = $1 AND expires_at > $2 AND revoked_at IS NULL",
        hash,
        now
    )
    .fetch_optional(connection)
    .await
}

/// Ends a token before its time.
///
/// # Errors
/// The database's.
pub async fn update_revoked(connection: &mut PgConnection, hash: &[u8], now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE sandbox.access_tokens SET revoked_at = $2 WHERE token_sha256 = $1",
        hash,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}
