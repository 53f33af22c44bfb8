//! The loop of a background task.

use std::{fmt::Display, future::Future, sync::Arc, time::Duration};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Delay after the first failure of a step; it doubles up to [`MAX_BACKOFF`].
const INITIAL_BACKOFF: Duration = Duration::from_millis(500);
const MAX_BACKOFF: Duration = Duration::from_secs(30);

/// How long a step may take, unless its worker says otherwise. Longer than any statement.
const STEP_LIMIT: Duration = Duration::from_mins(10);

/// The result of a step: when the next one follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Immediately: there is more work.
    Now,
    /// After the interval, or when the worker is woken: there is no work left.
    Idle,
    /// After this time, even if the worker is woken: another process holds the lease.
    After(Duration),
}

/// Whether a step is a regular or the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// More steps follow.
    Regular,
    /// The process is stopping; no step follows.
    Last,
}

/// The schedule of a background task.
///
/// A step does one unit of work in its own transactions. Where only one of several processes may
/// work, the step takes a lease in the database (a row that it claims until a time) and returns
/// [`Next::Idle`] or [`Next::After`] while another holds it. A failed step is logged and repeated
/// after 0.5, 1, 2 … 30 s, or after its interval if that is longer. A step that takes ten minutes
/// waits for what will not come, such as an answer on a connection that was lost without a word: it
/// is ended and counts as failed.
#[derive(Debug, Clone)]
pub struct Worker {
    name: &'static str,
    interval: Duration,
    waits_first: bool,
    last_turn: bool,
    step_limit: Duration,
    wake: Option<Arc<Notify>>,
}

impl Worker {
    /// A worker that looks for work every `interval`, the first time at once.
    pub fn every(name: &'static str, interval: Duration) -> Self {
        Self {
            name,
            interval,
            waits_first: false,
            last_turn: false,
            step_limit: STEP_LIMIT,
            wake: None,
        }
    }

    /// Waits one interval before the first step.
    #[must_use]
    pub fn after_interval(mut self) -> Self {
        self.waits_first = true;
        self
    }

    /// A step may take `limit`, instead of ten minutes.
    #[must_use]
    pub fn with_step_limit(mut self, limit: Duration) -> Self {
        self.step_limit = limit;
        self
    }

    /// Runs one more step, [`Turn::Last`], when the process stops.
    #[must_use]
    pub fn with_last_turn(mut self) -> Self {
        self.last_turn = true;
        self
    }

    /// An idle worker also looks for work when `wake` is notified.
    #[must_use]
    pub fn woken_by(mut self, wake: Arc<Notify>) -> Self {
        self.wake = Some(wake);
        self
    }

    /// The name in logs.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Repeats `step` until `stopping`.
    pub async fn run<F, W, E>(self, stopping: CancellationToken, step: F)
    where
        F: Fn(Turn) -> W,
        W: Future<Output = Result<Next, E>>,
        E: Display,
    {
        let mut backoff = INITIAL_BACKOFF;
        if self.waits_first {
            self.pause(self.interval, false, &stopping).await;
        }
        while !stopping.is_cancelled() {
            let (delay, may_wake) = match self.within_limit(step(Turn::Regular)).await {
                Ok(next) => {
                    backoff = INITIAL_BACKOFF;
                    match next {
                        Next::Now => continue,
                        Next::Idle => (self.interval, true),
                        Next::After(delay) => (delay, false),
                    }
                }
                Err(error) => {
                    tracing::warn!(worker.name = self.name, error.message = %error, "a step failed; it is repeated");
                    let delay = backoff.max(self.interval.min(MAX_BACKOFF));
                    backoff = (backoff * 2).min(MAX_BACKOFF);
                    (delay, false)
                }
            };
            self.pause(delay, may_wake, &stopping).await;
        }
        if self.last_turn
            && let Err(error) = self.within_limit(step(Turn::Last)).await
        {
            tracing::warn!(worker.name = self.name, error.message = %error, "the last step failed");
        }
    }

    async fn within_limit<E: Display>(&self, step: impl Future<Output = Result<Next, E>>) -> Result<Next, String> {
        match tokio::time::timeout(self.step_limit, step).await {
            Ok(done) => done.map_err(|error| error.to_string()),
            Err(_) => Err(format!("it was ended after {} s", self.step_limit.as_secs())),
        }
    }

    async fn pause(&self, delay: Duration, may_wake: bool, stopping: &CancellationToken) {
        let woken = async {
            match &self.wake {
                Some(wake) if may_wake => wake.notified().await,
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            () = woken => {}
            () = stopping.cancelled() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use tokio::time::Instant;

    /// Runs `worker` over the scripted results and returns the seconds at which each step began.
    async fn steps(worker: Worker, script: Vec<Result<Next, &'static str>>) -> Vec<(f64, Turn)> {
        let (stopping, started) = (CancellationToken::new(), Instant::now());
        let script = Mutex::new(script.into_iter());
        let seen = Mutex::new(Vec::new());
        let stop = stopping.clone();
        worker
            .run(stopping, |turn| {
                seen.lock().unwrap().push((started.elapsed().as_secs_f64(), turn));
                let result = script.lock().unwrap().next();
                let stop = stop.clone();
                async move {
                    result.unwrap_or_else(|| {
                        stop.cancel();
                        Ok(Next::Idle)
                    })
                }
            })
            .await;
        seen.into_inner().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn steps_follow_at_once_while_there_is_work_and_after_the_interval_when_idle() {
        let worker = Worker::every("test", Duration::from_secs(2));
        let seen = steps(
            worker,
            vec![Ok(Next::Now), Ok(Next::Idle), Ok(Next::After(Duration::from_secs(7)))],
        )
        .await;
        let at: Vec<_> = seen.iter().map(|(at, _)| at.round()).collect();
        assert_eq!(at, [0.0, 0.0, 2.0, 9.0]);
        assert!(seen.iter().all(|(_, turn)| *turn == Turn::Regular));
    }

    #[tokio::test(start_paused = true)]
    async fn failures_back_off_and_a_success_resets_it() {
        let worker = Worker::every("test", Duration::from_millis(100));
        let script = vec![Err("x"), Err("x"), Err("x"), Ok(Next::Now), Err("x")];
        let seen = steps(worker, script).await;
        let at: Vec<_> = seen.iter().map(|(at, _)| (at * 10.0).round() / 10.0).collect();
        assert_eq!(at, [0.0, 0.5, 1.5, 3.5, 3.5, 4.0]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_step_that_hangs_is_ended_and_repeated() {
        let worker = Worker::every("test", Duration::from_secs(1)).with_step_limit(Duration::from_mins(1));
        let (stopping, started) = (CancellationToken::new(), Instant::now());
        let count = Mutex::new(0);
        worker
            .run(stopping.clone(), |_| {
                *count.lock().unwrap() += 1;
                let hangs = *count.lock().unwrap() == 1;
                let stopping = stopping.clone();
                async move {
                    if hangs {
                        std::future::pending::<()>().await;
                    }
                    stopping.cancel();
                    Ok::<_, &str>(Next::Idle)
                }
            })
            .await;
        assert_eq!((*count.lock().unwrap(), started.elapsed().as_secs()), (2, 61));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_ends_the_loop_and_the_last_turn_is_marked() {
        let worker = Worker::every("test", Duration::from_secs(1))
            .after_interval()
            .with_last_turn();
        let seen = steps(worker, vec![]).await;
        assert_eq!(
            seen.iter().map(|(_, turn)| *turn).collect::<Vec<_>>(),
            [Turn::Regular, Turn::Last]
        );
        assert!((seen[0].0 - 1.0).abs() < 0.01);
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_worker_is_woken_before_its_interval_ends() {
        let (wake, stopping) = (Arc::new(Notify::new()), CancellationToken::new());
        let worker = Worker::every("test", Duration::from_hours(1)).woken_by(Arc::clone(&wake));
        let started = Instant::now();
        let count = Mutex::new(0);
        let running = worker.run(stopping.clone(), |_| {
            *count.lock().unwrap() += 1;
            if *count.lock().unwrap() == 2 {
                stopping.cancel();
            }
            async { Ok::<_, &str>(Next::Idle) }
        });
        let waking = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            wake.notify_one();
        };
        tokio::join!(running, waking);
        assert!(started.elapsed() < Duration::from_secs(2));
    }
}
