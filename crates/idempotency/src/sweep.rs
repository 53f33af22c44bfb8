//! What is deleted of keys that have expired, in batches: a statement holds the locks of one batch
//! for as long as that takes, however many keys expired at once.

use crate::Idempotency;
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use sqlx::AssertSqlSafe;

/// Rows that one statement changes.
const BATCH_MAX: u64 = 1_000;
/// Statements of each kind in one sweep.
const BATCHES_MAX: u64 = 100;

impl Idempotency {
    /// Deletes the responses of expired keys, and keys that are spent for 90 days. Several processes
    /// may do so at once. Returns whether a bounded amount of work left something for another sweep.
    ///
    /// # Errors
    /// If the database fails; what was deleted until then stays deleted.
    pub fn sweep(&self) -> BoxFuture<'_, Result<bool, sqlx::Error>> {
        Box::pin(async move { Ok(self.delete_responses().await? | self.delete_keys().await?) })
    }

    async fn delete_responses(&self) -> Result<bool, sqlx::Error> {
        // The response of a key that no sweep has seen for two days goes with the key. A batch
        // begins where the one before ended, and reads no key again that has no response any more.
        let sql = format!(
            "WITH swept AS (UPDATE {0}.idempotency_keys SET response = NULL WHERE (scope, key_hash) IN \
               (SELECT scope, key_hash FROM {0}.idempotency_keys \
                WHERE expires_at BETWEEN greatest($1, now() - interval '2 days') AND now() AND state = 'done' AND response IS NOT NULL \
                ORDER BY expires_at LIMIT {BATCH_MAX} FOR UPDATE SKIP LOCKED) RETURNING expires_at) \
             SELECT count(*), max(expires_at) FROM swept",
            self.schema
        );
        let mut after: Option<DateTime<Utc>> = None;
        for _ in 0..BATCHES_MAX {
            let (count, last): (i64, Option<DateTime<Utc>>) = sqlx::query_as(AssertSqlSafe(sql.as_str()))
                .bind(after)
                .fetch_one(&self.pool)
                .await?;
            if count.unsigned_abs() < BATCH_MAX {
                return Ok(false);
            }
            after = last;
        }
        Ok(true)
    }

    async fn delete_keys(&self) -> Result<bool, sqlx::Error> {
        let sql = format!(
            "DELETE FROM {0}.idempotency_keys WHERE (scope, key_hash) IN \
               (SELECT scope, key_hash FROM {0}.idempotency_keys WHERE expires_at < now() - interval '90 days' \
                ORDER BY expires_at LIMIT {BATCH_MAX} FOR UPDATE SKIP LOCKED)",
            self.schema
        );
        for _ in 0..BATCHES_MAX {
            let deleted = sqlx::query(AssertSqlSafe(sql.as_str())).execute(&self.pool).await?;
            if deleted.rows_affected() < BATCH_MAX {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
