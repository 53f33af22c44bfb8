//! Access tokens of the EHR, and used assertions.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// The grant of a token.
pub struct Grant {
    pub organization: String,
    /// SMART scopes.
    pub scope: String,
}

/// Stores an assertion as used; false where it was used before.
#[tracing::instrument(level = "debug", name = "tokens.insert_assertion", skip_all)]
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

/// Stores a new token by its hash.
#[tracing::instrument(level = "debug", name = "tokens.insert", skip_all)]
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

/// The grant of a token; None where it is unknown, expired or revoked.
#[tracing::instrument(level = "debug", name = "tokens.find", skip_all)]
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

/// Revokes a token, where it exists.
#[tracing::instrument(level = "debug", name = "tokens.update_revoked", skip_all)]
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
