//! What keeps the mailbox small and honest, beside the relay: days are made and dropped, tallies
//! published, and events that nobody takes reported.

use crate::Mailbox;
use mc_access::tenancy;
use mc_contracts::topology;
use sqlx::{AssertSqlSafe, PgConnection};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often.
const INTERVAL: Duration = Duration::from_mins(1);

/// Days of the outbox that are kept. A day in which an event waits is kept whatever its age.
const KEEP_OUTBOX_DAYS: i32 = 2;

/// Hours that the outbox covers at least.
pub(crate) const COVERED_HOURS: i64 = 24;

/// Days for which the inbox remembers an event.
const KEEP_INBOX_DAYS: i32 = 35;

/// Days that are made ahead. A row of a day that was not made is stored among the others.
const AHEAD_DAYS: i32 = 3;

/// Age of a waiting event that is reported as an error.
const MAX_WAIT_S: f64 = 3_600.0;

/// One process of several does this.
const LOCK: &str = "mailbox.maintenance";

impl Mailbox {
    /// Repeats [`Mailbox::maintain_once`] and [`Mailbox::tally`] until `stopping`.
    pub(crate) async fn maintain(&self, stopping: &CancellationToken) {
        while !stopping.is_cancelled() {
            let done = async {
                self.maintain_once().await?;
                self.tally().await
            };
            match tokio::time::timeout(INTERVAL, done).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => {
                    tracing::warn!(error.message = %error, "the mailbox was not maintained; it is repeated in a minute");
                }
                Err(_) => tracing::warn!("the mailbox was not maintained within a minute; it is repeated"),
            }
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                () = stopping.cancelled() => return,
            }
        }
    }

    /// Takes a lock of this service until the transaction ends; false while another process has it.
    pub(crate) async fn try_lock(&self, transaction: &mut PgConnection, name: &str) -> Result<bool, sqlx::Error> {
        let lock = format!(
            "SELECT true FROM {}.locks WHERE name = $1 FOR UPDATE SKIP LOCKED",
            self.schema
        );
        let locked: Option<bool> = sqlx::query_scalar(AssertSqlSafe(lock))
            .bind(name)
            .fetch_optional(transaction)
            .await?;
        Ok(locked.is_some())
    }

    /// Makes and drops days, and reports types whose events have waited for an hour. Does nothing
    /// while another process does it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn maintain_once(&self) -> Result<(), sqlx::Error> {
        let mut transaction = tenancy::begin_as_platform(&self.worker_pool).await?;
        if !self.try_lock(&mut transaction, LOCK).await? {
            return Ok(());
        }
        let maintain = format!("SELECT {}.maintain_mailbox($1, $2, $3)", self.schema);
        sqlx::query(AssertSqlSafe(maintain))
            .bind(AHEAD_DAYS)
            .bind(KEEP_OUTBOX_DAYS)
            .bind(KEEP_INBOX_DAYS)
            .execute(&mut *transaction)
            .await?;
        let oldest = format!(
            "SELECT t.event_type, extract(epoch FROM now() - o.created_at)::float8 FROM unnest($1::text[]) AS t(event_type) \
             CROSS JOIN LATERAL (SELECT created_at FROM {}.outbox \
                 WHERE event_type = t.event_type AND published_at IS NULL ORDER BY sequence LIMIT 1) AS o",
            self.schema
        );
        let oldest: Vec<(String, f64)> = sqlx::query_as(AssertSqlSafe(oldest))
            .bind(topology::published_by(self.service))
            .fetch_all(&mut *transaction)
            .await?;
        transaction.commit().await?;
        for (event_type, age_s) in oldest.into_iter().filter(|(_, age_s)| *age_s > MAX_WAIT_S) {
            tracing::error!(
                event.r#type = event_type,
                age_s,
                "no queue has taken the events of this type for an hour"
            );
        }
        Ok(())
    }
}
