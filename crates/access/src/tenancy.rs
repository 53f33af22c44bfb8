//! Tenant isolation inside the database.
//!
//! Every table that belongs to an organization has a row-level security policy on the
//! transaction-local setting `medconnect.organization`. A transaction that was not opened here sees
//! no row at all.

use futures_util::future::BoxFuture;
use mc_vocabulary::OrganizationId;
use sqlx::{AssertSqlSafe, PgPool, Postgres, Transaction, postgres::PgQueryResult};

/// Begins a transaction that sees the rows of `organization_id` and no others.
///
/// # Errors
/// If no connection is available or the database fails.
pub async fn begin(
    pool: &PgPool,
    organization_id: OrganizationId,
) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    open(pool, &organization_id.to_string()).await
}

/// Begins a transaction of the platform itself, across organizations: for a worker, or a sign-in
/// before the caller is known. Never for a caller whose organization is known.
///
/// # Errors
/// If no connection is available or the database fails.
pub async fn begin_as_platform(pool: &PgPool) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    open(pool, "platform").await
}

fn open<'a>(pool: &'a PgPool, setting: &'a str) -> BoxFuture<'a, Result<Transaction<'static, Postgres>, sqlx::Error>> {
    Box::pin(async move {
        // In one round trip. An organization's id is a UUID and contains no quote.
        let begin = format!("BEGIN; SET LOCAL medconnect.organization = '{setting}'");
        pool.begin_with(AssertSqlSafe(begin)).await
    })
}

/// Requires that a statement changed exactly one row.
///
/// # Errors
/// [`sqlx::Error::RowNotFound`] if it changed none or several.
pub fn one_row(changed: PgQueryResult) -> Result<(), sqlx::Error> {
    match changed.rows_affected() {
        1 => Ok(()),
        _ => Err(sqlx::Error::RowNotFound),
    }
}
