//! The one opener of transactions.

use futures_util::future::BoxFuture;
use mc_vocabulary::OrganizationId;
use sqlx::{
    AssertSqlSafe, PgConnection, PgPool, Postgres, SqlSafeStr, pool::PoolConnection, postgres::PgTransactionManager,
};
use sqlx_core::transaction::TransactionManager as _;
use std::{
    future::Future,
    io,
    ops::{Deref, DerefMut},
    time::Duration,
};

/// How long `BEGIN`, `COMMIT` and `ROLLBACK` may take. A connection on which nothing came until
/// then is lost, although no end of it was announced.
const LIMIT: Duration = Duration::from_secs(15);

/// A transaction on a connection of a pool.
///
/// It is rolled back when it is dropped. If it is dropped while `BEGIN`, `COMMIT` or `ROLLBACK` is
/// under way (its future was cancelled, as when a caller disconnects), nobody knows on which side
/// of that statement the connection stands: it is closed and never used again.
#[derive(Debug)]
pub struct Transaction {
    connection: PoolConnection<Postgres>,
    /// Whether a statement that begins or ends the transaction is under way.
    is_between_states: bool,
}

impl Transaction {
    /// Begins a transaction. With an organization, row-level security shows it that organization's
    /// rows: the setting `medconnect.organization` is part of the same round trip and ends with the
    /// transaction. Without one, the role alone decides.
    ///
    /// # Errors
    /// If no connection is available or the database fails.
    pub fn begin(pool: &PgPool, organization_id: Option<OrganizationId>) -> BoxFuture<'_, Result<Self, sqlx::Error>> {
        let begin = match organization_id {
            // An organization's id is a UUID and contains no quote.
            Some(id) => format!("BEGIN; SET LOCAL medconnect.organization = '{id}'"),
            None => "BEGIN".to_owned(),
        };
        Box::pin(async move {
            let mut transaction = Self {
                connection: pool.acquire().await?,
                is_between_states: true,
            };
            let begin = AssertSqlSafe(begin).into_sql_str();
            within_limit(PgTransactionManager::begin(&mut transaction.connection, Some(begin))).await?;
            transaction.is_between_states = false;
            Ok(transaction)
        })
    }

    /// Commits.
    ///
    /// # Errors
    /// If the database fails. Whether the transaction was committed is then unknown.
    pub async fn commit(mut self) -> Result<(), sqlx::Error> {
        self.is_between_states = true;
        within_limit(PgTransactionManager::commit(&mut self.connection)).await?;
        self.is_between_states = false;
        Ok(())
    }

    /// Rolls back, and waits until that has happened. Dropping it does the same without waiting.
    ///
    /// # Errors
    /// If the database fails; the connection is closed then.
    pub async fn rollback(mut self) -> Result<(), sqlx::Error> {
        self.is_between_states = true;
        within_limit(PgTransactionManager::rollback(&mut self.connection)).await?;
        self.is_between_states = false;
        Ok(())
    }
}

async fn within_limit(statement: impl Future<Output = Result<(), sqlx::Error>>) -> Result<(), sqlx::Error> {
    let done = tokio::time::timeout(LIMIT, statement).await;
    done.unwrap_or_else(|_| Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into())))
}

impl Deref for Transaction {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if self.is_between_states {
            self.connection.close_on_drop();
        } else {
            // The pool sends it, and waits for the server's answer before the connection is used
            // again. Nothing happens after a commit.
            PgTransactionManager::start_rollback(&mut self.connection);
        }
    }
}
