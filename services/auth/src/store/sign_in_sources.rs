//! Failed sign-ins, counted for an account and the address they come from.
//!
//! An account has one row for each address from which it signed in lately, and one more that all
//! other addresses share. Whoever does not sign in adds no row, so a flood of guesses does not grow
//! the table.

use crate::domain::Account;
use chrono::{DateTime, Duration, Utc};
use mc_access::tenancy;
use mc_vocabulary::{OrganizationId, UserId};
use sqlx::PgConnection;

/// Consecutive failures after which a row is locked.
const MAX_FAILURES: i32 = 10;
const LOCKOUT: Duration = Duration::minutes(5);
/// How long an address is known after the last sign-in from it.
const KNOWN_FOR: Duration = Duration::days(30);
/// Known addresses of one account; those used longest ago are forgotten.
const MAX_KNOWN: i64 = 20;
/// Rows of other accounts that one sign-in purges.
const PURGED_AT_ONCE: i64 = 100;

/// An attempt that was counted and may be checked.
pub struct Attempt {
    organization_id: OrganizationId,
    user_id: UserId,
    /// The row in which it is counted.
    source: Vec<u8>,
}

/// Counts an attempt before it is checked, in one statement: of attempts in parallel no more pass
/// than of attempts in turn. None during a lockout; the attempt must then be refused unchecked.
#[tracing::instrument(level = "debug", name = "sign_in_sources.update_attempt", skip_all)]
pub async fn update_attempt(
    connection: &mut PgConnection,
    account: &Account,
    source: Option<[u8; 32]>,
    now: DateTime<Utc>,
) -> Result<Option<Attempt>, sqlx::Error> {
    let row = sqlx::query_scalar!(
        "INSERT INTO auth.sign_in_sources AS s (user_id, organization_id, source, failed, signed_in_at, updated_at) \
         SELECT $1, $2, coalesce(k.source, ''), 1, k.signed_in_at, $5 FROM (SELECT 1) one \
         LEFT JOIN auth.sign_in_sources k ON k.organization_id = $2 AND k.user_id = $1 AND k.source = $3 AND k.signed_in_at > $4 \
         ON CONFLICT (user_id, source) DO UPDATE SET \
           failed = CASE WHEN s.locked_until IS NULL THEN s.failed + 1 ELSE 1 END, \
           locked_until = CASE WHEN s.locked_until IS NULL AND s.failed + 1 >= $6 THEN $7::timestamptz END, \
           updated_at = excluded.updated_at \
         WHERE s.locked_until IS NULL OR s.locked_until <= $5 \
         RETURNING source",
        account.id.uuid(),
        account.organization_id.uuid(),
        source.as_ref().map(<[u8; 32]>::as_slice),
        now - KNOWN_FOR,
        now,
        MAX_FAILURES,
        now + LOCKOUT
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|source| Attempt {
        organization_id: account.organization_id,
        user_id: account.id,
        source,
    }))
}

/// Takes an attempt out of the count: its password was right, and the second factor is still to
/// come.
#[tracing::instrument(level = "debug", name = "sign_in_sources.update_passed", skip_all)]
pub async fn update_passed(connection: &mut PgConnection, attempt: &Attempt) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE auth.sign_in_sources SET failed = greatest(failed - 1, 0), locked_until = NULL \
         WHERE organization_id = $1 AND user_id = $2 AND source = $3",
        attempt.organization_id.uuid(),
        attempt.user_id.uuid(),
        attempt.source
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Resets the count after a sign-in, and stores its address as known.
#[tracing::instrument(level = "debug", name = "sign_in_sources.update_signed_in", skip_all)]
pub async fn update_signed_in(
    connection: &mut PgConnection,
    account: &Account,
    attempt: &Attempt,
    source: Option<[u8; 32]>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE auth.sign_in_sources SET failed = 0, locked_until = NULL, updated_at = $4 \
         WHERE organization_id = $1 AND user_id = $2 AND source = $3",
        attempt.organization_id.uuid(),
        attempt.user_id.uuid(),
        attempt.source,
        now
    )
    .execute(&mut *connection)
    .await?;
    if let Some(source) = source {
        sqlx::query!(
            "INSERT INTO auth.sign_in_sources (user_id, organization_id, source, failed, signed_in_at, updated_at) \
             VALUES ($1, $2, $3, 0, $4, $4) ON CONFLICT (user_id, source) DO UPDATE \
             SET failed = 0, locked_until = NULL, signed_in_at = excluded.signed_in_at, updated_at = excluded.updated_at",
            account.id.uuid(),
            account.organization_id.uuid(),
            source.as_slice(),
            now
        )
        .execute(&mut *connection)
        .await
        .and_then(tenancy::one_row)?;
    }
    delete_old(connection, account, now).await
}

/// Deletes this account's known addresses beyond the newest, and some rows of any account that have
/// not been used for as long as an address is known.
async fn delete_old(connection: &mut PgConnection, account: &Account, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM auth.sign_in_sources WHERE organization_id = $1 AND user_id = $2 AND source IN \
         (SELECT source FROM auth.sign_in_sources WHERE organization_id = $1 AND user_id = $2 AND signed_in_at IS NOT NULL \
          ORDER BY signed_in_at DESC OFFSET $3)",
        account.organization_id.uuid(),
        account.id.uuid(),
        MAX_KNOWN
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "DELETE FROM auth.sign_in_sources WHERE (user_id, source) IN \
         (SELECT user_id, source FROM auth.sign_in_sources WHERE updated_at < $1 \
          ORDER BY updated_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
        now - KNOWN_FOR,
        PURGED_AT_ONCE
    )
    .execute(connection)
    .await
    .map(drop)
}
