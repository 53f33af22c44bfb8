//! Sign-ins: waiting for a second factor, going on, refreshed, ended.

use chrono::{DateTime, Utc};
use mc_vocabulary::{OrganizationId, SessionId, UserId};
use sqlx::PgConnection;

/// A sign-in that waits for its second factor.
pub struct Challenge {
    /// Of whom.
    pub user_id: UserId,
    /// On which device.
    pub device_id: String,
}

/// A sign-in.
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// Of whom.
    pub user_id: UserId,
    /// On which device.
    pub device_id: String,
    /// Good until.
    pub expires_at: DateTime<Utc>,
    /// Ended.
    pub revoked: bool,
}

/// Adds a challenge.
///
/// # Errors
/// The database's.
pub async fn insert_challenge(
    connection: &mut PgConnection,
    token_hash: &[u8],
    organization_id: OrganizationId,
    challenge: &Challenge,
    expires_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO auth.challenges (token_hash, organization_id, user_id, device_id, expires_at) VALUES ($1, $2, $3, $4, $5)",
        token_hash,
        organization_id.uuid(),
        challenge.user_id.uuid(),
        challenge.device_id,
        expires_at
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Counts an attempt at a challenge and gives it, at most `attempts_max` times before it ends.
///
/// # Errors
/// The database's.
pub async fn update_challenge_attempt(
    connection: &mut PgConnection,
    token_hash: &[u8],
    now: DateTime<Utc>,
    attempts_max: i32,
) -> Result<Option<Challenge>, sqlx::Error> {
    let row = sqlx::query!(
        "UPDATE auth.challenges SET attempts = attempts + 1 WHERE token_hash = $1 AND expires_at > $2 AND attempts < $3 RETURNING user_id, device_id",
        token_hash,
        now,
        attempts_max
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Challenge {
        user_id: row.user_id.into(),
        device_id: row.device_id,
    }))
}

/// Ends a challenge.
///
/// # Errors
/// The database's.
pub async fn delete_challenge(
    connection: &mut PgConnection,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM auth.challenges WHERE token_hash = $1 OR expires_at < $2",
        token_hash,
        now
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Adds a sign-in.
///
/// # Errors
/// The database's.
pub async fn insert(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    session: &Session,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO auth.sessions (id, organization_id, user_id, device_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        session.id.uuid(),
        organization_id.uuid(),
        session.user_id.uuid(),
        session.device_id,
        now,
        session.expires_at
    )
    .execute(connection)
    .await
    .map(drop)
}

/// A sign-in, held until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn get_for_update(connection: &mut PgConnection, id: SessionId) -> Result<Option<Session>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT id, user_id, device_id, expires_at, revoked_at FROM auth.sessions WHERE id = $1 FOR UPDATE",
        id.uuid()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Session {
        id: row.id.into(),
        user_id: row.user_id.into(),
        device_id: row.device_id,
        expires_at: row.expires_at,
        revoked: row.revoked_at.is_some(),
    }))
}

/// Ends a sign-in; false where it had ended.
///
/// # Errors
/// The database's.
pub async fn update_revoked(
    connection: &mut PgConnection,
    id: SessionId,
    because: &str,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE auth.sessions SET revoked_at = $2, revoked_because = $3 WHERE id = $1 AND revoked_at IS NULL",
        id.uuid(),
        now,
        because
    );
    Ok(done.execute(connection).await?.rows_affected() == 1)
}

/// Adds a refresh token.
///
/// # Errors
/// The database's.
pub async fn insert_refresh(
    connection: &mut PgConnection,
    token_hash: &[u8],
    organization_id: OrganizationId,
    session_id: SessionId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO auth.refresh_tokens (token_hash, organization_id, session_id, created_at) VALUES ($1, $2, $3, $4)",
        token_hash,
        organization_id.uuid(),
        session_id.uuid(),
        now
    )
    .execute(connection)
    .await
    .map(drop)
}

/// What a refresh token was good for, and whether it was used before; held until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn get_refresh_for_update(
    connection: &mut PgConnection,
    token_hash: &[u8],
) -> Result<Option<(SessionId, bool)>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT session_id, used_at FROM auth.refresh_tokens WHERE token_hash = $1 FOR UPDATE",
        token_hash
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.session_id.into(), row.used_at.is_some())))
}

/// Marks a refresh token as used.
///
/// # Errors
/// The database's.
pub async fn update_refresh_used(
    connection: &mut PgConnection,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE auth.refresh_tokens SET used_at = $2 WHERE token_hash = $1",
        token_hash,
        now
    )
    .execute(connection)
    .await
    .map(drop)
}
