//! The relay: publishes the outbox to RabbitMQ and marks an event only once the broker has
//! confirmed it.

use crate::{
    Mailbox,
    mark::Marks,
    publish::{Publication, Publisher},
    route_table::RouteTable,
};
use mc_access::tenancy;
use mc_contracts::{Envelope, topology};
use sqlx::{AssertSqlSafe, postgres::PgListener, types::Json};
use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Events in the first batch, and at most: a batch costs a round trip to the disk of the broker and
/// one to that of the database, whatever its size.
const FIRST_BATCH_SIZE: i64 = 200;
const MAX_BATCH_SIZE: i64 = 1_000;
/// How often the outbox is looked at without a notification.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Pause before a lost connection for notifications is made again.
const LISTEN_RETRY: Duration = Duration::from_secs(1);
/// The relay's lock. Of several replicas one relays at a time, so that events keep their order.
const LOCK: &str = "mailbox.relay";
/// `idle_in_transaction_session_timeout` in milliseconds: a relay that hangs while publishing loses
/// its lock to another replica, which publishes the same events again.
const HANG_TIMEOUT_MS: u32 = 10_000;

/// How long a batch may take. Longer than any statement: what takes longer waits for an answer on a
/// connection that was lost without a word.
const BATCH_LIMIT: Duration = Duration::from_mins(2);

/// Confirm timeout for a type whose last event was not taken.
const TRIAL_TIMEOUT: Duration = Duration::from_secs(1);

/// The batch size: halved whenever the broker did not confirm in time, doubled when it did.
struct Pace {
    limit: i64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            limit: FIRST_BATCH_SIZE,
        }
    }
}

impl Pace {
    fn slow_down(&mut self) {
        self.limit = (self.limit / 2).max(1);
    }

    fn speed_up(&mut self) {
        self.limit = (self.limit * 2).min(MAX_BATCH_SIZE);
    }
}

#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error("broker: {0}")]
    Broker(#[from] lapin::Error),
    #[error("the broker closed the connection")]
    Closed,
    #[error("a batch took too long and was ended")]
    Hung,
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
}

impl Mailbox {
    /// Relays until `stopping`, then publishes what is left. Reconnects indefinitely; events wait
    /// in the outbox meanwhile. Keeps the tables small and publishes tallies beside it.
    pub async fn relay(self, stopping: CancellationToken) {
        let wake = Notify::new();
        tokio::join!(
            self.publish_outbox(&wake, &stopping),
            self.listen(&wake, &stopping),
            self.maintain(&stopping),
        );
    }

    async fn publish_outbox(&self, wake: &Notify, stopping: &CancellationToken) {
        let mut backoff = Duration::from_millis(100);
        loop {
            if let Err(error) = self.relay_while_connected(wake, stopping, &mut backoff).await {
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
        wake: &Notify,
        stopping: &CancellationToken,
        backoff: &mut Duration,
    ) -> Result<(), RelayError> {
        let publisher = self.publisher().await?;
        self.connected.store(true, Ordering::Relaxed);
        *backoff = Duration::from_millis(100);
        let mut routes = RouteTable::default();
        let (mut pace, mut marks) = (Pace::default(), Marks::default());
        loop {
            let turn = async {
                let sent = self.relay_batch(&publisher, &mut routes, &mut pace).await?;
                self.mark_broadcasts(&publisher, &mut marks).await?;
                Ok::<_, RelayError>(sent)
            };
            let sent = tokio::time::timeout(BATCH_LIMIT, turn)
                .await
                .map_err(|_| RelayError::Hung)??;
            if sent == 0 {
                if stopping.is_cancelled() {
                    publisher.close().await;
                    return Ok(());
                }
                if !publisher.connected() {
                    return Err(RelayError::Closed);
                }
                let pause = routes.next_attempt(Instant::now()).unwrap_or(POLL_INTERVAL);
                tokio::select! {
                    () = tokio::time::sleep(pause.min(POLL_INTERVAL)) => {}
                    () = wake.notified() => {}
                    () = stopping.cancelled() => {}
                }
            }
        }
    }

    /// Notifies `wake` whenever somebody commits an event, until `stopping`.
    async fn listen(&self, wake: &Notify, stopping: &CancellationToken) {
        let channel = format!("mailbox.{}", self.schema);
        while !stopping.is_cancelled() {
            let heard = async {
                let mut listener = PgListener::connect_with(self.worker_pool.pool()).await?;
                listener.listen(&channel).await?;
                // What was committed before it listened.
                wake.notify_one();
                loop {
                    listener.recv().await?;
                    wake.notify_one();
                }
            };
            tokio::select! {
                failed = heard => {
                    let failed: Result<std::convert::Infallible, sqlx::Error> = failed;
                    let Err(error) = failed;
                    tracing::debug!(error.message = %error, "the relay is not notified; it looks once a second");
                }
                () = stopping.cancelled() => return,
            }
            tokio::select! {
                () = tokio::time::sleep(LISTEN_RETRY) => {}
                () = stopping.cancelled() => {}
            }
        }
    }

    /// Publishes one batch in the order in which it was enqueued, and marks each event that the
    /// broker has confirmed; returns the count of events tried.
    async fn relay_batch(
        &self,
        publisher: &Publisher,
        routes: &mut RouteTable,
        pace: &mut Pace,
    ) -> Result<usize, RelayError> {
        let mut transaction = tenancy::begin_as_platform(&self.worker_pool).await?;
        let waiting = routes.waiting(Instant::now());
        let mut open = topology::published_by(self.service);
        open.retain(|event_type| !waiting.contains(event_type));
        let counts: Vec<i64> = open.iter().map(|of| routes.readable(of, pace.limit)).collect();
        let (mut ids, mut envelopes) = self.waiting(&mut transaction, &open, &counts, pace.limit).await?;
        envelopes.truncate(routes.batch_size(&envelopes));
        ids.truncate(envelopes.len());
        let Some(first) = envelopes.first() else {
            return Ok(0);
        };
        // A type that was not taken before is tried alone, and not for long: others wait meanwhile.
        let timeout = if envelopes.len() == 1 && routes.is_refused(&first.event_type) {
            TRIAL_TIMEOUT.min(self.limits.confirm_timeout)
        } else {
            self.limits.confirm_timeout
        };
        let published = publisher.publish_within(&envelopes, timeout).await;
        let mut taken = Vec::with_capacity(ids.len());
        for ((id, envelope), publication) in ids.iter().zip(&envelopes).zip(&published) {
            if *publication == Publication::Taken {
                routes.taken(&envelope.event_type);
                taken.push(*id);
            }
        }
        for (envelope, publication) in envelopes.iter().zip(&published) {
            let cause = match publication {
                Publication::Taken => continue,
                Publication::Unroutable => "no queue is bound for this event type",
                Publication::Refused => "a queue for this event type is full",
                Publication::Unconfirmed => "the broker did not confirm this event type in time",
            };
            if routes.refused(&envelope.event_type, Instant::now()) {
                tracing::warn!(event.r#type = %envelope.event_type, cause, "events of this type wait in the outbox");
            }
        }
        self.mark_published(&mut transaction, &taken).await?;
        transaction.commit().await?;
        if published.contains(&Publication::Unconfirmed) {
            pace.slow_down();
        } else {
            pace.speed_up();
        }
        if published.contains(&Publication::Unconfirmed) && !publisher.connected() {
            return Err(RelayError::Closed);
        }
        Ok(ids.len())
    }

    async fn mark_published(&self, transaction: &mut sqlx::PgConnection, ids: &[Uuid]) -> Result<(), sqlx::Error> {
        let sql = format!(
            "UPDATE {}.outbox SET published_at = now() WHERE id = ANY($1)",
            self.schema
        );
        sqlx::query(AssertSqlSafe(sql))
            .bind(ids)
            .execute(transaction)
            .await
            .map(drop)
    }

    /// Unpublished events of the `open` types, oldest first: of each type at most its count, at
    /// most `limit` of all. Empty while another process relays.
    async fn waiting(
        &self,
        transaction: &mut sqlx::PgConnection,
        open: &[String],
        counts: &[i64],
        limit: i64,
    ) -> Result<(Vec<Uuid>, Vec<Envelope>), sqlx::Error> {
        // The lock is taken in the same round trip and released by the end of the transaction, even
        // if the process dies. Each type is read from its own part of the index, so that what waits
        // of other types costs nothing.
        let select = format!(
            "WITH relaying AS MATERIALIZED ( \
                 SELECT true AS mine, set_config('idle_in_transaction_session_timeout', '{HANG_TIMEOUT_MS}', true) \
                 FROM {schema}.locks WHERE name = '{LOCK}' FOR UPDATE SKIP LOCKED) \
             SELECT o.id, o.envelope FROM unnest($2::text[], $3::bigint[]) AS t(event_type, count) CROSS JOIN LATERAL ( \
                 SELECT id, envelope, sequence FROM {schema}.outbox \
                 WHERE event_type = t.event_type AND published_at IS NULL ORDER BY sequence LIMIT t.count) AS o \
             WHERE (SELECT mine FROM relaying) ORDER BY o.sequence LIMIT $1",
            schema = self.schema
        );
        let rows: Vec<(Uuid, Json<Envelope>)> = sqlx::query_as(AssertSqlSafe(select))
            .bind(limit)
            .bind(open)
            .bind(counts)
            .fetch_all(transaction)
            .await?;
        Ok(rows.into_iter().map(|(id, Json(envelope))| (id, envelope)).unzip())
    }
}
