//! Whether the database answers: one task asks it, and readiness reads what it last found.

use crate::{
    health::{Component, Status},
    pools::component,
};
use mc_vocabulary::Clock;
use sqlx::PgPool;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// How often the database is probed, unless requests heard from it meanwhile.
const INTERVAL: Duration = Duration::from_secs(1);

/// The pause after a probe that failed: an outage is certain sooner.
const INTERVAL_AFTER_FAILURE: Duration = Duration::from_millis(500);

/// How long a probe waits for an answer.
const PROBE_LIMIT: Duration = Duration::from_secs(1);

/// A process is unready after this number of failed probes in a row, and ready after one that
/// succeeds.
const FAILURES_UNTIL_UNREADY: u32 = 3;

/// When the database last answered a connection of a pool. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Heard(Arc<Mutex<Option<Instant>>>);

impl Heard {
    /// It answered now.
    pub fn now(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether it answered within `time` before now.
    pub fn within(&self, time: Duration) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|at| at.elapsed() < time)
    }
}

/// What a probe found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Answers,
    /// Every connection is in use, and the database answered one of them not long ago.
    Busy,
    Away(&'static str),
}

/// The watch over the database of a process. Cheap to clone.
///
/// It uses the serving pool, so that it opens no connection of its own and sees what requests see.
/// A request that the database answered counts as a probe that succeeded. A pool whose connections
/// are all in use is busy, not cut off, until the database has been silent for longer than the
/// longest statement may take.
#[derive(Clone)]
pub struct DatabaseWatch {
    pool: PgPool,
    heard: Heard,
    silence_limit: Duration,
    clock: Clock,
    last: Arc<Mutex<Last>>,
}

struct Last {
    component: Component,
    failures: u32,
    is_ready: bool,
}

impl Last {
    fn note(&mut self, found: Found, component: Component) {
        self.component = component;
        match found {
            Found::Answers => (self.failures, self.is_ready) = (0, true),
            Found::Busy => {}
            Found::Away(_) => {
                self.failures += 1;
                self.is_ready &= self.failures < FAILURES_UNTIL_UNREADY;
            }
        }
    }
}

impl DatabaseWatch {
    /// Over `pool`, which reports to `heard`. `longest_statement` is the statement timeout of its
    /// connections. The database counts as available until the first probe.
    pub fn new(pool: PgPool, heard: Heard, longest_statement: Duration, clock: Clock) -> Self {
        let component = component("database", Status::Healthy, true, "answers", Instant::now(), &clock);
        let last = Last {
            component,
            failures: 0,
            is_ready: true,
        };
        Self {
            pool,
            heard,
            // Beyond the longest statement: its error, and the check of the connection.
            silence_limit: longest_statement + Duration::from_secs(2),
            clock,
            last: Arc::new(Mutex::new(last)),
        }
    }

    /// Asks about every second until `stopping`.
    pub async fn run(self, stopping: CancellationToken) {
        while !stopping.is_cancelled() {
            let interval = match self.look().await {
                Found::Answers | Found::Busy => INTERVAL,
                Found::Away(_) => INTERVAL_AFTER_FAILURE,
            };
            tokio::select! {
                () = tokio::time::sleep(interval) => {}
                () = stopping.cancelled() => {}
            }
        }
    }

    /// What the last probe found. From memory.
    pub fn component(&self) -> Component {
        self.last
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .component
            .clone()
    }

    /// The same for readiness: unhealthy after three probes that failed in a row, and until one
    /// succeeds. From memory.
    pub fn settled(&self) -> Component {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let status = match (last.is_ready, last.component.status) {
            (false, _) => Status::Unhealthy,
            (true, Status::Healthy) => Status::Healthy,
            (true, _) => Status::Degraded,
        };
        Component {
            status,
            ..last.component.clone()
        }
    }

    async fn look(&self) -> Found {
        let started = Instant::now();
        let found = self.probe().await;
        let (status, detail) = match found {
            Found::Answers => (Status::Healthy, "answers"),
            Found::Busy => (Status::Degraded, "every connection is in use"),
            Found::Away(detail) => (Status::Unhealthy, detail),
        };
        let component = component("database", status, true, detail, started, &self.clock);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.note(found, component);
        found
    }

    async fn probe(&self) -> Found {
        if self.heard.within(INTERVAL) {
            return Found::Answers;
        }
        // A connection is checked when it is taken. One that does not answer is closed, so that
        // each probe frees the pool of a dead connection.
        match tokio::time::timeout(PROBE_LIMIT, self.pool.acquire()).await {
            Ok(Ok(_)) => {
                self.heard.now();
                Found::Answers
            }
            Ok(Err(_)) => Found::Away("refuses connections"),
            Err(_) if self.is_full() && self.heard.within(self.silence_limit) => Found::Busy,
            Err(_) => Found::Away("no response within a second"),
        }
    }

    fn is_full(&self) -> bool {
        self.pool.num_idle() == 0 && self.pool.size() >= self.pool.options().get_max_connections()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::postgres::PgPoolOptions;

    fn watch() -> DatabaseWatch {
        let pool = PgPoolOptions::new()
            .connect_lazy("postgres://127.0.0.1:1/none")
            .unwrap();
        DatabaseWatch::new(pool, Heard::default(), Duration::from_secs(10), Clock::System)
    }

    fn note(watch: &DatabaseWatch, found: Found) -> Status {
        let status = match found {
            Found::Answers => Status::Healthy,
            Found::Busy => Status::Degraded,
            Found::Away(_) => Status::Unhealthy,
        };
        let component = component("database", status, true, "", Instant::now(), &watch.clock);
        watch.last.lock().unwrap().note(found, component);
        watch.settled().status
    }

    #[tokio::test]
    async fn three_failures_in_a_row_make_it_unready_and_one_answer_makes_it_ready() {
        let watch = watch();
        let away = Found::Away("no response");
        assert_eq!(watch.settled().status, Status::Healthy);
        for (found, expected) in [
            (away, Status::Degraded),
            (away, Status::Degraded),
            (Found::Answers, Status::Healthy),
            (away, Status::Degraded),
            (away, Status::Degraded),
            (away, Status::Unhealthy),
            (Found::Busy, Status::Unhealthy),
            (Found::Answers, Status::Healthy),
        ] {
            assert_eq!(note(&watch, found), expected);
        }
    }

    #[tokio::test]
    async fn a_busy_pool_is_not_an_outage() {
        let watch = watch();
        for _ in 0..20 {
            assert_eq!(note(&watch, Found::Busy), Status::Degraded);
        }
    }
}
