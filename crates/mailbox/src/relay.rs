//! The relay: takes what waits in the outbox to RabbitMQ, and marks it only when the broker has it.

use crate::{Mailbox, publish::Publisher};
use mc_contracts::Envelope;
use sqlx::{AssertSqlSafe, types::Json};
use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const BATCH: i64 = 200;
const IDLE: Duration = Duration::from_millis(150);
pub(crate) const KEEP_PUBLISHED_HOURS: i32 = 24;
const TALLY_EVERY: Duration = Duration::from_mins(1);

#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error("broker: {0}")]
    Broker(#[from] lapin::Error),
    #[error("the broker closed the connection")]
    Closed,
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
}

impl Mailbox {
    /// Relays until `stopping`, then once more what is left. Reconnects for as long as it takes; nothing is lost meanwhile.
    pub async fn relay(self, stopping: CancellationToken) {
        let mut backoff = Duration::from_millis(100);
        loop {
            if let Err(error) = self.relay_while_connected(&stopping, &mut backoff).await {
                // The database being away says nothing about the broker.
                if !matches!(error, RelayError::Database(_)) {
                    self.connected.store(false, Ordering::Relaxed);
                }
                tracing::warn!(error.message = %error, "the relay waits and tries again");
            }
            if stopping.is_cancelled() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(backoff) => backoff = (backoff * 2).min(Duration::from_secs(3)),
                () = stopping.cancelled() => {}
            }
        }
    }

    async fn relay_while_connected(
        &self,
        stopping: &CancellationToken,
        backoff: &mut Duration,
    ) -> Result<(), RelayError> {
        let publisher = self.publisher().await?;
        self.connected.store(true, Ordering::Relaxed);
        *backoff = Duration::from_millis(100);
        let mut tallied: Option<Instant> = None;
        loop {
            if tallied.is_none_or(|at| at.elapsed() > TALLY_EVERY) {
                self.sweep().await?;
                self.tally().await?;
                tallied = Some(Instant::now());
            }
            let sent = self.relay_batch(&publisher).await?;
            if sent == 0 {
                if stopping.is_cancelled() {
                    publisher.close().await;
                    return Ok(());
                }
                if !publisher.connected() {
                    return Err(RelayError::Closed);
                }
                tokio::select! {
                    () = tokio::time::sleep(IDLE) => {}
                    () = stopping.cancelled() => {}
                }
            }
        }
    }

    /// Publishes one batch; returns how many the broker took.
    async fn relay_batch(&self, publisher: &Publisher) -> Result<usize, RelayError> {
        let mut transaction = self.pool.begin().await?;
        let select = format!(
            "SELECT id, envelope FROM {}.outbox WHERE published_at IS NULL AND not_before <= now() \
             ORDER BY sequence LIMIT $1 FOR UPDATE SKIP LOCKED",
            self.schema
        );
        let rows: Vec<(Uuid, Json<Envelope>)> = sqlx::query_as(AssertSqlSafe(select))
            .bind(BATCH)
            .fetch_all(&mut *transaction)
            .await?;
        if rows.is_empty() {
            return Ok(0);
        }
        let (ids, envelopes): (Vec<Uuid>, Vec<Envelope>) = rows.into_iter().map(|(id, Json(e))| (id, e)).unzip();
        let routed = publisher.publish(&envelopes).await?;
        let (mut taken, mut refused) = (Vec::new(), Vec::new());
        for (id, routed) in ids.into_iter().zip(routed) {
            if routed { taken.push(id) } else { refused.push(id) }
        }
        self.mark(&mut transaction, &taken, &refused).await?;
        transaction.commit().await?;
        Ok(taken.len())
    }

    async fn mark(
        &self,
        transaction: &mut sqlx::PgConnection,
        taken: &[Uuid],
        refused: &[Uuid],
    ) -> Result<(), sqlx::Error> {
        let done = format!(
            "UPDATE {}.outbox SET published_at = now() WHERE id = ANY($1)",
            self.schema
        );
        sqlx::query(AssertSqlSafe(done))
            .bind(taken)
            .execute(&mut *transaction)
            .await?;
        if !refused.is_empty() {
            tracing::warn!(count = refused.len(), "no queue takes these events yet; they wait");
            let later = format!(
                "UPDATE {}.outbox SET attempts = attempts + 1, \
                 not_before = now() + least(interval '30 seconds', interval '0.2 seconds' * power(2, least(attempts, 8))) WHERE id = ANY($1)",
                self.schema
            );
            sqlx::query(AssertSqlSafe(later))
                .bind(refused)
                .execute(transaction)
                .await?;
        }
        Ok(())
    }

    /// Forgets what was published and answered long ago.
    async fn sweep(&self) -> Result<(), sqlx::Error> {
        let sent = format!(
            "DELETE FROM {}.outbox WHERE published_at < now() - make_interval(hours => $1)",
            self.schema
        );
        sqlx::query(AssertSqlSafe(sent))
            .bind(KEEP_PUBLISHED_HOURS)
            .execute(&self.pool)
            .await?;
        let answered = format!("DELETE FROM {}.inbox WHERE expires_at < now()", self.schema);
        sqlx::query(AssertSqlSafe(answered)).execute(&self.pool).await?;
        Ok(())
    }
}
