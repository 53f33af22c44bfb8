//! The inbox: deliveries that were applied.

use crate::Mailbox;
use futures_util::future::BoxFuture;
use mc_vocabulary::EventId;
use sqlx::{AssertSqlSafe, PgConnection};
use std::collections::HashSet;

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
        let first = self.insert_keys(transaction, consumer, vec![event.to_string()]).await?;
        Ok(!first.is_empty())
    }

    /// The same for a batch in one statement; one answer for each event. An event that is twice in
    /// the batch is delivered for the first time once.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn are_first_deliveries(
        &self,
        transaction: &mut PgConnection,
        consumer: &str,
        events: &[EventId],
    ) -> Result<Vec<bool>, sqlx::Error> {
        let keys: Vec<String> = events.iter().map(ToString::to_string).collect();
        let mut first = self.insert_keys(transaction, consumer, keys.clone()).await?;
        Ok(keys.iter().map(|key| first.remove(key)).collect())
    }

    /// Inserts keys; returns those that were not there.
    fn insert_keys<'a>(
        &'a self,
        transaction: &'a mut PgConnection,
        consumer: &'a str,
        keys: Vec<String>,
    ) -> BoxFuture<'a, Result<HashSet<String>, sqlx::Error>> {
        Box::pin(async move {
            // In the order of the keys, so that two batches wait for each other in one direction.
            let sql = format!(
                "INSERT INTO {}.inbox (scope, key) SELECT $1, key FROM unnest($2::text[]) AS key \
                 ORDER BY key COLLATE \"C\" ON CONFLICT (scope, key) DO NOTHING RETURNING key",
                self.schema
            );
            let inserted: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
                .bind(consumer)
                .bind(keys)
                .fetch_all(transaction)
                .await?;
            Ok(inserted.into_iter().collect())
        })
    }
}
