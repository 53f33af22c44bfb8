//! What waits in the outbox, counted every few seconds. Health and metrics read the last count.

use crate::Mailbox;
use futures_util::future::BoxFuture;
use mc_chassis::{
    health::{Component, Status},
    pools::component,
};
use opentelemetry::metrics::Gauge;
use sqlx::AssertSqlSafe;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// How long a count is valid, however often health is requested.
pub(crate) const VALID_FOR: Duration = Duration::from_secs(3);

/// How often it is counted for the metrics.
const INTERVAL: Duration = Duration::from_secs(5);

/// How long the database may take.
const LIMIT: Duration = Duration::from_secs(1);

/// The events that wait in the outbox.
#[derive(Debug)]
pub(crate) struct Backlog {
    /// Their count, and the age of the oldest in seconds; None if they could not be counted.
    found: Option<(i64, f64)>,
    pub(crate) component: Component,
}

/// The metrics of an outbox.
struct Gauges {
    waiting: Gauge<i64>,
    oldest_age: Gauge<f64>,
}

impl Gauges {
    fn new() -> Self {
        let meter = opentelemetry::global::meter("medconnect");
        Self {
            waiting: meter
                .i64_gauge("mailbox.outbox.waiting")
                .with_description("events in the outbox that are not published")
                .build(),
            oldest_age: meter
                .f64_gauge("mailbox.outbox.oldest_age")
                .with_unit("s")
                .with_description("age of the oldest event in the outbox that is not published")
                .build(),
        }
    }
}

impl Mailbox {
    /// Counts the events that wait in the outbox every five seconds until `stopping`, as metrics.
    pub fn watch_outbox(self, stopping: CancellationToken) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            let gauges = Gauges::new();
            while !stopping.is_cancelled() {
                if let Some((waiting, age_s)) = self.backlog().await.found {
                    gauges.waiting.record(waiting, &[]);
                    gauges.oldest_age.record(age_s, &[]);
                }
                tokio::select! {
                    () = tokio::time::sleep(INTERVAL) => {}
                    () = stopping.cancelled() => {}
                }
            }
        })
    }

    /// What waits in the outbox, counted at most three seconds ago.
    pub(crate) fn backlog(&self) -> BoxFuture<'_, Arc<Backlog>> {
        Box::pin(self.backlog.get(|| self.count_backlog()))
    }

    async fn count_backlog(&self) -> Backlog {
        let started = Instant::now();
        let sql = format!(
            "SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 FROM {}.outbox WHERE published_at IS NULL",
            self.schema
        );
        let found = sqlx::query_as::<_, (i64, f64)>(AssertSqlSafe(sql)).fetch_one(self.worker_pool.pool());
        let found = tokio::time::timeout(LIMIT, found).await.ok().and_then(Result::ok);
        let (status, detail) = match found {
            Some((waiting, age_s)) if age_s > 10.0 => (
                Status::Degraded,
                format!("{waiting} events wait, the oldest for {age_s:.0} s"),
            ),
            Some((waiting, _)) => (Status::Healthy, format!("{waiting} events wait")),
            None => (Status::Unhealthy, "cannot be read".to_owned()),
        };
        let component = component("outbox", status, false, detail, started, &self.clock);
        Backlog { found, component }
    }
}
