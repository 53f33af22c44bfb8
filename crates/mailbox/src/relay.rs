//! The relay: publishes the outbox to RabbitMQ and marks an event only once the broker has
//! confirmed it.

use crate::{Mailbox, publish::Publisher, route_table::RouteTable};
use mc_access::tenancy;
use mc_contracts::Envelope;
use sqlx::{AssertSqlSafe, types::Json};
use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const BATCH_SIZE: i64 = 200;
const IDLE_INTERVAL: Duration = Duration::from_millis(150);
pub(crate) const KEEP_PUBLISHED_HOURS: i32 = 24;
const TALLY_INTERVAL: Duration = Duration::from_mins(1);
/// Name of the relay's advisory lock. Of several replicas one relays at a time, so that events keep
/// their order.
const LOCK: &str = "mailbox.relay";
/// `idle_in_transaction_session_timeout` in milliseconds: a relay that hangs while publishing loses
/// its lock to another replica, which publishes the same events again.
const HANG_TIMEOUT_MS: u32 = 10_000;

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
    /// Relays until `stopping`, then publishes what is left. Reconnects indefinitely; events wait
    /// in the outbox meanwhile.
    pub async fn relay(self, stopping: CancellationToken) {
        let mut backoff = Duration::from_millis(100);
        loop {
            if let Err(error) = self.relay_while_connected(&stopping, &mut backoff).await {
                // A database error does not affect the connection to the broker.
                if !matches!(error, RelayError::Database(_)) {
                    self.connected.store(false, Ordering::Relaxed);
                }
                tracing::warn!(error.message = %error, "the relay failed; it reconnects");
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
        let mut routes = RouteTable::default();
        let mut tallied: Option<Instant> = None;
        loop {
            if tallied.is_none_or(|at| at.elapsed() > TALLY_INTERVAL) {
                self.sweep().await?;
                self.tally().await?;
                tallied = Some(Instant::now());
            }
            let sent = self.relay_batch(&publisher, &mut routes).await?;
            if sent == 0 {
                if stopping.is_cancelled() {
                    publisher.close().await;
                    return Ok(());
                }
                if !publisher.connected() {
                    return Err(RelayError::Closed);
                }
                tokio::select! {
                    () = tokio::time::sleep(IDLE_INTERVAL) => {}
                    () = stopping.cancelled() => {}
                }
            }
        }
    }

    /// Publishes one batch in the order in which it was enqueued; returns the count of events
    /// tried.
    async fn relay_batch(&self, publisher: &Publisher, routes: &mut RouteTable) -> Result<usize, RelayError> {
        let mut transaction = tenancy::begin_as_platform(&self.worker_pool).await?;
        let (mut ids, mut envelopes) = self.waiting(&mut transaction, &routes.waiting(Instant::now())).await?;
        envelopes.truncate(routes.batch_size(&envelopes));
        ids.truncate(envelopes.len());
        if ids.is_empty() {
            return Ok(0);
        }
        let routed = publisher.publish(&envelopes).await?;
        let mut taken = Vec::with_capacity(ids.len());
        for ((id, envelope), routed) in ids.iter().zip(&envelopes).zip(routed) {
            if routed {
                routes.taken(&envelope.event_type);
                taken.push(*id);
            } else {
                tracing::warn!(event.type = %envelope.event_type, "no queue is bound for this event type; its events wait in the outbox");
                routes.refused(&envelope.event_type, Instant::now());
            }
        }
        let done = format!(
            "UPDATE {}.outbox SET published_at = now() WHERE id = ANY($1)",
            self.schema
        );
        sqlx::query(AssertSqlSafe(done))
            .bind(taken)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(ids.len())
    }

    /// Unpublished events, oldest first, without the types that no queue takes. Empty while another
    /// process relays.
    async fn waiting(
        &self,
        transaction: &mut sqlx::PgConnection,
        closed: &[String],
    ) -> Result<(Vec<Uuid>, Vec<Envelope>), sqlx::Error> {
        // The lock is taken in the same round trip and released by the end of the transaction, even
        // if the process dies.
        let select = format!(
            "WITH relaying AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(hashtext('{LOCK} {schema}')) AS mine, \
                  set_config('idle_in_transaction_session_timeout', '{HANG_TIMEOUT_MS}', true)) \
             SELECT id, envelope FROM {schema}.outbox \
             WHERE (SELECT mine FROM relaying) AND published_at IS NULL AND envelope->>'type' <> ALL($2) \
             ORDER BY sequence LIMIT $1",
            schema = self.schema
        );
        let rows: Vec<(Uuid, Json<Envelope>)> = sqlx::query_as(AssertSqlSafe(select))
            .bind(BATCH_SIZE)
            .bind(closed)
            .fetch_all(transaction)
            .await?;
        Ok(rows.into_iter().map(|(id, Json(envelope))| (id, envelope)).unzip())
    }

    /// Deletes events published more than [`KEEP_PUBLISHED_HOURS`] ago and expired rows of the
    /// inbox.
    async fn sweep(&self) -> Result<(), sqlx::Error> {
        let sent = format!(
            "DELETE FROM {}.outbox WHERE published_at < now() - make_interval(hours => $1)",
            self.schema
        );
        sqlx::query(AssertSqlSafe(sent))
            .bind(KEEP_PUBLISHED_HOURS)
            .execute(self.worker_pool.pool())
            .await?;
        let expired = format!("DELETE FROM {}.inbox WHERE expires_at < now()", self.schema);
        sqlx::query(AssertSqlSafe(expired))
            .execute(self.worker_pool.pool())
            .await?;
        Ok(())
    }
}
