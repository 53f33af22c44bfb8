//! The inbox: deliveries that were applied.

use crate::Mailbox;
use futures_util::future::BoxFuture;
use sqlx::{AssertSqlSafe, PgConnection};

impl Mailbox {
    /// Whether this is the first delivery of `event` (an event's id, or the id given by an external
    /// system) to `consumer`. Part of the transaction that applies the event: a rollback also
    /// removes the inbox row. Deliveries are remembered for 35 days.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn is_first_delivery(
        &self,
        transaction: &mut PgConnection,
        consumer: &str,
        event: impl ToString,
    ) -> Result<bool, sqlx::Error> {
        self.insert_key(transaction, consumer, event.to_string()).await
    }

    fn insert_key<'a>(
        &'a self,
        transaction: &'a mut PgConnection,
        consumer: &'a str,
        key: String,
    ) -> BoxFuture<'a, Result<bool, sqlx::Error>> {
        Box::pin(async move {
            let sql = format!(
                "INSERT INTO {}.inbox (scope, key) VALUES ($1, $2) ON CONFLICT (scope, key) DO NOTHING",
                self.schema
            );
            let inserted = sqlx::query(AssertSqlSafe(sql))
                .bind(consumer)
                .bind(key)
                .execute(transaction)
                .await?;
            Ok(inserted.rows_affected() == 1)
        })
    }
}
