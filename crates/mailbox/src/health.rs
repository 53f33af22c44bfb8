//! Health of the mailbox.

use crate::Mailbox;
use futures_util::future::BoxFuture;
use mc_chassis::{
    health::{Component, Status},
    pools::component,
};
use sqlx::AssertSqlSafe;
use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

impl Mailbox {
    /// Health of the broker and the outbox. Neither is required: events wait in Postgres while the
    /// broker is away.
    pub fn components(&self) -> BoxFuture<'_, Vec<Component>> {
        Box::pin(async move {
            let started = Instant::now();
            let (status, detail) = if self.connected.load(Ordering::Relaxed) {
                (Status::Healthy, "connected")
            } else {
                (Status::Unhealthy, "not connected; events wait in the outbox")
            };
            let broker = component("broker", status, false, detail, started, &self.clock);
            let mut components = vec![broker, self.outbox_component().await];
            components.extend(self.dead_letters_component());
            components
        })
    }

    fn dead_letters_component(&self) -> Option<Component> {
        let (started, counts) = (Instant::now(), self.dead_letters.counts());
        if counts.is_empty() {
            return None;
        }
        let parts: Vec<_> = counts
            .iter()
            .filter_map(|(queue, count)| match count {
                Some(0) => None,
                Some(count) => Some(format!("{count} in {queue}.dead")),
                None => Some(format!("{queue}.dead cannot be counted")),
            })
            .collect();
        let (status, detail) = if parts.is_empty() {
            (Status::Healthy, "none".to_owned())
        } else {
            (Status::Degraded, parts.join(", "))
        };
        Some(component("dead_letters", status, false, detail, started, &self.clock))
    }

    async fn outbox_component(&self) -> Component {
        let started = Instant::now();
        let sql = format!(
            "SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 FROM {}.outbox WHERE published_at IS NULL",
            self.schema
        );
        let backlog = sqlx::query_as::<_, (i64, f64)>(AssertSqlSafe(sql)).fetch_one(self.worker_pool.pool());
        let backlog = tokio::time::timeout(Duration::from_secs(1), backlog).await;
        let (status, detail) = match backlog {
            Ok(Ok((waiting, age_s))) if age_s > 10.0 => (
                Status::Degraded,
                format!("{waiting} events wait, the oldest for {age_s:.0} s"),
            ),
            Ok(Ok((waiting, _))) => (Status::Healthy, format!("{waiting} events wait")),
            Ok(Err(_)) | Err(_) => (Status::Unhealthy, "cannot be read".to_owned()),
        };
        component("outbox", status, false, detail, started, &self.clock)
    }
}
