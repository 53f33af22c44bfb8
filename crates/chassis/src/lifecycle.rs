//! Background tasks and graceful stop: the first signal completes the work, the second signal or a
//! time limit drops it.

use futures_util::future::BoxFuture;
use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The background tasks of the process, and its stop signals. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    draining: CancellationToken,
    stopping: CancellationToken,
    tasks: TaskTracker,
    failed: Arc<AtomicBool>,
}

impl Lifecycle {
    /// A process without tasks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancelled when tasks should complete their work. Every loop awaits it beside its work.
    pub fn stopping(&self) -> CancellationToken {
        self.stopping.clone()
    }

    /// Cancelled when no new requests are accepted: endless responses end now, all others complete
    /// before the tasks stop.
    pub fn draining(&self) -> CancellationToken {
        self.draining.clone()
    }

    /// Stops the process gracefully.
    pub fn stop(&self) {
        self.draining.cancel();
        self.stopping.cancel();
    }

    /// Runs `task` beside the server. If it panics, the process stops with a failure instead of
    /// running without the task.
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        self.spawn_boxed(name, Box::pin(task));
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the only place that spawns tasks, so that a stop can wait for all of them"
    )]
    fn spawn_boxed(&self, name: &'static str, task: BoxFuture<'static, ()>) {
        let this = self.clone();
        let work = tokio::spawn(task);
        self.tasks.spawn(async move {
            if let Err(error) = work.await
                && error.is_panic()
            {
                tracing::error!(task.name = name, "a background task panicked; stopping");
                this.failed.store(true, Ordering::SeqCst);
                this.stop();
            }
        });
    }

    /// Serves until SIGTERM, SIGINT or a failed task, then waits up to `grace` for requests and
    /// tasks. Returns true if everything succeeded.
    ///
    /// # Errors
    /// If the server fails or the signal handlers cannot be installed.
    #[expect(clippy::disallowed_methods, reason = "the server's own future")]
    pub async fn run(&self, server: actix_web::dev::Server, grace: Duration) -> std::io::Result<bool> {
        let handle = server.handle();
        let mut serving = tokio::spawn(server);
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        tokio::select! {
            _ = terminate.recv() => tracing::info!("SIGTERM received; completing the work"),
            _ = interrupt.recv() => tracing::info!("SIGINT received; completing the work"),
            () = self.stopping.cancelled() => tracing::info!("stopping"),
            ended = &mut serving => {
                self.stop();
                return ended.map_err(std::io::Error::other)?.map(|()| false);
            }
        }
        self.draining.cancel();
        // Requests first: they may still create work for the tasks.
        let drained = tokio::time::timeout(grace, handle.stop(true)).await.is_ok();
        self.stop();
        self.tasks.close();
        let finished = tokio::select! {
            finished = tokio::time::timeout(grace, self.tasks.wait()) => finished.is_ok(),
            _ = terminate.recv() => false,
            _ = interrupt.recv() => false,
        };
        if !(drained && finished) {
            tracing::warn!("some work did not finish in time and was dropped");
        }
        Ok(drained && finished && !self.failed.load(Ordering::SeqCst))
    }

    /// Stops and waits for the tasks, without a server: for the end of a test.
    pub async fn finish(&self) {
        self.stop();
        self.tasks.close();
        self.tasks.wait().await;
    }
}
