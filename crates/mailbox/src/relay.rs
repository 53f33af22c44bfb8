//! The relay: takes what waits in the outbox to RabbitMQ, and marks it only when the broker has it.

use crate::{Mailbox, publish::Publisher, route_table::RouteTable};
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
/// Names the relay among the locks of a database: of several replicas one relays at a time, so that none overtakes another.
const LOCK: &str = "mailbox.relay";
/// A relay that is frozen while it publishes gives its place to another after this many milliseconds; what it had published is told again.
const FROZEN_AFTER: u32 = 10_000;

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
        let mut routes = RouteTable::default();
        let mut tallied: Option<Instant> = None;
        loop {
            if tallied.is_none_or(|at| at.elapsed() > TALLY_EVERY) {
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
                    () = tokio::time::sleep(IDLE) => {}
                    () = stopping.cancelled() => {}
                }
            }
        }
    }

    /// Publishes one batch in the order in which it was enqueued; returns the count of events tried.
    async fn relay_batch(&self, publisher: &Publisher, routes: &mut RouteTable) -> Result<usize, RelayError> {
        let mut transaction = self.pool.begin().await?;
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
                tracing::warn!(event.type = %envelope.event_type, "no queue takes these events yet; they wait");
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

    /// What waits, the oldest first, but for types that no queue takes; nothing where another process relays.
    async fn waiting(
        &self,
        transaction: &mut sqlx::PgConnection,
        closed: &[String],
    ) -> Result<(Vec<Uuid>, Vec<Envelope>), sqlx::Error> {
        // The lock is asked for in the same trip; its transaction ends it, however the process does.
        let select = format!(
            "WITH relaying AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(hashtext('{LOCK} {schema}')) AS mine, \
                  set_config('idle_in_transaction_session_timeout', '{FROZEN_AFTER}', true)) \
             SELECT id, envelope FROM {schema}.outbox \
             WHERE (SELECT mine FROM relaying) AND published_at IS NULL AND envelope->>'type' <> ALL($2) \
             ORDER BY sequence LIMIT $1",
            schema = self.schema
        );
        let rows: Vec<(Uuid, Json<Envelope>)> = sqlx::query_as(AssertSqlSafe(select))
            .bind(BATCH)
            .bind(closed)
            .fetch_all(transaction)
            .await?;
        Ok(rows.into_iter().map(|(id, Json(envelope))| (id, envelope)).unzip())
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
