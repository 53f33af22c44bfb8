//! The inbox: what has been done already.

use crate::Mailbox;
use sqlx::{AssertSqlSafe, PgConnection};

impl Mailbox {
    /// Whether `event` (an event's id, or the id that an outside system gave it) meets `consumer` for the first time. Part of the transaction that applies it: a rollback forgets the meeting too.
    ///
    /// # Errors
    /// The database's.
    pub async fn is_first_delivery(
        &self,
        transaction: &mut PgConnection,
        consumer: &str,
        event: impl ToString,
    ) -> Result<bool, sqlx::Error> {
        let sql = format!(
            "INSERT INTO {}.inbox (scope, key, state, expires_at) VALUES ($1, $2, 'done', now() + interval '30 days') \
             ON CONFLICT (scope, key) DO NOTHING",
            self.schema
        );
        let inserted = sqlx::query(AssertSqlSafe(sql))
            .bind(consumer)
            .bind(event.to_string())
            .execute(transaction)
            .await?;
        Ok(inserted.rows_affected() == 1)
    }
}
