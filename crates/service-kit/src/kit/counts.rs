//! Counts of what waits, such as payments: for health and metrics.

use super::Kit;
use crate::worker::{Next, Worker};
use futures_util::future::BoxFuture;
use mc_chassis::cached::Cached;
use opentelemetry::metrics::Gauge;
use std::{convert::Infallible, future::Future, sync::Arc, time::Duration};

/// How long a count is valid, however often health is requested.
const VALID_FOR: Duration = Duration::from_secs(3);

/// How often it is counted for the metric, also where nobody requests health.
const INTERVAL: Duration = Duration::from_secs(5);

/// How long the database may take.
const LIMIT: Duration = Duration::from_secs(1);

/// A number of rows, counted at most once in three seconds and published as a metric.
pub struct Count {
    read: Box<dyn Fn() -> BoxFuture<'static, Option<i64>> + Send + Sync>,
    last: Cached<Option<i64>>,
    gauge: Gauge<i64>,
}

impl Count {
    fn new(gauge: Gauge<i64>, count: impl Fn() -> BoxFuture<'static, Option<i64>> + Send + Sync + 'static) -> Self {
        Self {
            read: Box::new(count),
            last: Cached::new(VALID_FOR),
            gauge,
        }
    }

    /// The count, at most three seconds old; None if the rows could not be counted within a second.
    pub async fn newest(&self) -> Option<i64> {
        *self.last.get(|| self.measure()).await
    }

    async fn measure(&self) -> Option<i64> {
        let count = tokio::time::timeout(LIMIT, (self.read)()).await.ok().flatten()?;
        self.gauge.record(count, &[]);
        Some(count)
    }
}

impl Kit {
    /// A count for health, published as the metric `name` every five seconds. `count` returns None
    /// where the rows cannot be counted.
    pub fn count<T, F, W>(
        &mut self,
        name: &'static str,
        description: &'static str,
        state: &Arc<T>,
        count: F,
    ) -> Arc<Count>
    where
        T: Send + Sync + 'static,
        F: Fn(Arc<T>) -> W + Send + Sync + 'static,
        W: Future<Output = Option<i64>> + Send + 'static,
    {
        let gauge = opentelemetry::global::meter("medconnect")
            .i64_gauge(name)
            .with_description(description)
            .build();
        let state = Arc::clone(state);
        let count = Arc::new(Count::new(gauge, move || Box::pin(count(Arc::clone(&state)))));
        self.worker(Worker::every(name, INTERVAL), &count, |count, _| async move {
            count.newest().await;
            Ok::<_, Infallible>(Next::Idle)
        });
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;
    use std::sync::atomic::{AtomicI64, Ordering};

    fn gauge() -> Gauge<i64> {
        opentelemetry::global::meter("test").i64_gauge("test").build()
    }

    #[tokio::test]
    async fn a_hundred_requests_for_health_count_once() {
        let counted = Arc::new(AtomicI64::new(0));
        let counting = Arc::clone(&counted);
        let count = Count::new(gauge(), move || {
            let counting = Arc::clone(&counting);
            Box::pin(async move { Some(counting.fetch_add(1, Ordering::Relaxed) + 1) })
        });
        let found = join_all((0..100).map(|_| count.newest())).await;
        assert!(found.iter().all(|found| *found == Some(1)), "{found:?}");
        assert_eq!(counted.load(Ordering::Relaxed), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_database_that_does_not_answer_is_waited_for_a_second() {
        let count = Count::new(gauge(), || Box::pin(std::future::pending()));
        let started = tokio::time::Instant::now();
        assert_eq!(count.newest().await, None);
        assert_eq!(started.elapsed().as_secs(), 1);
    }
}
