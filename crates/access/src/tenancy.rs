//! Tenant isolation inside the database.
//!
//! Every table that belongs to an organization has the row-level security policy
//! `tenant_isolation` for the serving role: a transaction sees the rows of the organization that it
//! was begun for, one begun otherwise sees none. Workers of the platform have a role, a policy and
//! a pool of their own ([`WorkerPool`]), so that none of the two is used in place of the other.

use futures_util::future::BoxFuture;
use mc_vocabulary::OrganizationId;
use sqlx::{PgPool, postgres::PgQueryResult};

pub use mc_chassis::{pools::WorkerPool, transaction::Transaction};

/// Begins a transaction that sees the rows of `organization_id` and no others. `pool` is that of
/// the serving role.
///
/// # Errors
/// If no connection is available or the database fails.
pub fn begin(pool: &PgPool, organization_id: OrganizationId) -> BoxFuture<'_, Result<Transaction, sqlx::Error>> {
    Transaction::begin(pool, Some(organization_id))
}

/// Begins a transaction of the platform itself, across organizations: for a worker, or a request
/// whose organization is not known yet (sign-in, a webhook). Never for a caller whose organization
/// is known.
///
/// # Errors
/// If no connection is available or the database fails.
pub fn begin_as_platform(pool: &WorkerPool) -> BoxFuture<'_, Result<Transaction, sqlx::Error>> {
    Transaction::begin(pool.pool(), None)
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
