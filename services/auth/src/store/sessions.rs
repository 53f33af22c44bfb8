//! Sessions, their refresh tokens, and the challenges of second factors.

use chrono::{DateTime, Utc};
use mc_access::tenancy;
use mc_vocabulary::{OrganizationId, SessionId, UserId};
use sqlx::PgConnection;

/// Expired challenges of other sign-ins that one completed sign-in deletes.
const PURGED_AT_ONCE: i64 = 100;

/// A sign-in that waits for its second factor.
pub struct Challenge {
    pub organization_id: OrganizationId,
    pub user_id: UserId,
    pub device_id: String,
}

/// A session: a sign-in with all its refreshes.
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    pub device_id: String,
    pub expires_at: DateTime<Utc>,
    pub revoked: bool,
}

/// Adds a challenge.
#[tracing::instrument(level = "debug", name = "challenges.insert", skip_all)]
pub async fn insert_challenge(
    connection: &mut PgConnection,
    token_hash: &[u8],
    challenge: &Challenge,
    expires_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO auth.challenges (token_hash, organization_id, user_id, device_id, expires_at) VALUES ($1, $2, $3, $4, $5)",
        token_hash,
        challenge.organization_id.uuid(),
        challenge.user_id.uuid(),
        challenge.device_id,
        expires_at
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Counts an attempt at a challenge and returns it, at most `max_attempts` times before it expires.
#[tracing::instrument(level = "debug", name = "challenges.update_attempt", skip_all)]
pub async fn update_challenge_attempt(
    connection: &mut PgConnection,
    token_hash: &[u8],
    now: DateTime<Utc>,
    max_attempts: i32,
) -> Result<Option<Challenge>, sqlx::Error> {
    let row = sqlx::query!(
        "UPDATE auth.challenges SET attempts = attempts + 1 WHERE token_hash = $1 AND expires_at > $2 AND attempts < $3 \
         RETURNING organization_id, user_id, device_id",
        token_hash,
        now,
        max_attempts
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Challenge {
        organization_id: row.organization_id.into(),
        user_id: row.user_id.into(),
        device_id: row.device_id,
    }))
}

/// Deletes a challenge, and some of any account that have expired.
#[tracing::instrument(level = "debug", name = "challenges.delete", skip_all)]
pub async fn delete_challenge(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM auth.challenges WHERE organization_id = $1 AND token_hash = $2",
        organization_id.uuid(),
        token_hash
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "DELETE FROM auth.challenges WHERE token_hash IN \
         (SELECT token_hash FROM auth.challenges WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now,
        PURGED_AT_ONCE
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Adds a session.
#[tracing::instrument(level = "debug", name = "sessions.insert", skip_all)]
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

/// A session, locked until the transaction ends.
#[tracing::instrument(level = "debug", name = "sessions.get_for_update", skip_all)]
pub async fn get_for_update(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    id: SessionId,
) -> Result<Option<Session>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT id, user_id, device_id, expires_at, revoked_at FROM auth.sessions WHERE organization_id = $1 AND id = $2 FOR UPDATE",
        organization_id.uuid(),
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

/// Whether a session is open and its account is not disabled.
#[tracing::instrument(level = "debug", name = "sessions.exists_open", skip_all)]
pub async fn exists_open(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    id: SessionId,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!(
        "SELECT EXISTS (SELECT 1 FROM auth.sessions s JOIN auth.users u ON u.organization_id = s.organization_id AND u.id = s.user_id \
         WHERE s.organization_id = $1 AND s.id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3 AND u.disabled_at IS NULL) AS \"found!\"",
        organization_id.uuid(),
        id.uuid(),
        now
    );
    found.fetch_one(connection).await
}

/// The open sessions of an account.
#[tracing::instrument(level = "debug", name = "sessions.list_open", skip_all)]
pub async fn list_open(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    user_id: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>, sqlx::Error> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM auth.sessions WHERE organization_id = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > $3 ORDER BY id",
        organization_id.uuid(),
        user_id.uuid(),
        now
    );
    Ok(ids
        .fetch_all(connection)
        .await?
        .into_iter()
        .map(SessionId::from)
        .collect())
}

/// Ends a session; false where it had ended.
#[tracing::instrument(level = "debug", name = "sessions.update_revoked", skip_all)]
pub async fn update_revoked(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    id: SessionId,
    because: &str,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE auth.sessions SET revoked_at = $3, revoked_because = $4 WHERE organization_id = $1 AND id = $2 AND revoked_at IS NULL",
        organization_id.uuid(),
        id.uuid(),
        now,
        because
    );
    Ok(done.execute(connection).await?.rows_affected() == 1)
}

/// Adds a refresh token.
#[tracing::instrument(level = "debug", name = "refresh_tokens.insert", skip_all)]
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

/// A refresh token that somebody presents.
pub struct RefreshToken {
    pub organization_id: OrganizationId,
    pub session_id: SessionId,
    /// Whether it was exchanged before.
    pub is_used: bool,
}

/// A refresh token, locked until the transaction ends.
#[tracing::instrument(level = "debug", name = "refresh_tokens.get_for_update", skip_all)]
pub async fn get_refresh_for_update(
    connection: &mut PgConnection,
    token_hash: &[u8],
) -> Result<Option<RefreshToken>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT organization_id, session_id, used_at FROM auth.refresh_tokens WHERE token_hash = $1 FOR UPDATE",
        token_hash
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| RefreshToken {
        organization_id: row.organization_id.into(),
        session_id: row.session_id.into(),
        is_used: row.used_at.is_some(),
    }))
}

/// Marks a refresh token as used.
#[tracing::instrument(level = "debug", name = "refresh_tokens.update_used", skip_all)]
pub async fn update_refresh_used(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE auth.refresh_tokens SET used_at = $3 WHERE organization_id = $1 AND token_hash = $2",
        organization_id.uuid(),
        token_hash,
        now
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}
