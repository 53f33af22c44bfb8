//! The wall between organisations, inside the database.
//!
//! Every table that belongs to an organisation has a row-level security policy on the transaction-local setting
//! `medconnect.organization`. A transaction that was not opened here sees no row at all.

use mc_vocabulary::OrganizationId;
use sqlx::{AssertSqlSafe, PgPool, Postgres, Transaction};

/// A transaction that sees the rows of `organization_id` and no others.
///
/// # Errors
/// The database's.
pub async fn begin(
    pool: &PgPool,
    organization_id: OrganizationId,
) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    open(pool, &organization_id.to_string()).await
}

/// A transaction of the platform itself, across organisations: a worker, a sign-in before anybody is known.
/// Never in answer to a caller whose organisation is known.
///
/// # Errors
/// The database's.
pub async fn begin_as_platform(pool: &PgPool) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    open(pool, "platform").await
}

async fn open(pool: &PgPool, setting: &str) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    // In one trip. An organisation's id is a UUID and holds no quote.
    let begin = format!("BEGIN; SET LOCAL medconnect.organization = '{setting}'");
    pool.begin_with(AssertSqlSafe(begin)).await
}
