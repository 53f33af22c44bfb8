//! Tracked tasks and an orderly stop: first signal, finish the work; second signal or a limit, drop it.

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

/// Knows every background task of the process and when it is time to stop. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    draining: CancellationToken,
    stopping: CancellationToken,
    tasks: TaskTracker,
    failed: Arc<AtomicBool>,
}

impl Lifecycle {
    /// A process that has nothing to do yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancelled when the process should finish its work. Every loop waits on this beside its work.
    pub fn stopping(&self) -> CancellationToken {
        self.stopping.clone()
    }

    /// Cancelled when no new request is taken: answers that would go on for ever end now, and the rest is finished before the tasks stop.
    pub fn draining(&self) -> CancellationToken {
        self.draining.clone()
    }

    /// Asks everything to finish.
    pub fn stop(&self) {
        self.draining.cancel();
        self.stopping.cancel();
    }

    /// Runs `task` beside the server. Where it panics, the process stops with a failure rather than go on half alive.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that spawns, so that a stop can wait for all"
    )]
    pub fn spawn<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
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

    /// Serves until SIGTERM, SIGINT or a failed task; then lets requests and tasks finish within `grace`. True when all went well.
    ///
    /// # Errors
    /// Where the server itself fails or signals cannot be listened to.
    #[expect(clippy::disallowed_methods, reason = "the server's own future")]
    pub async fn run(&self, server: actix_web::dev::Server, grace: Duration) -> std::io::Result<bool> {
        let handle = server.handle();
        let mut serving = tokio::spawn(server);
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        tokio::select! {
            _ = terminate.recv() => tracing::info!("asked to stop; finishing the work"),
            _ = interrupt.recv() => tracing::info!("interrupted; finishing the work"),
            () = self.stopping.cancelled() => tracing::info!("stopping"),
            ended = &mut serving => {
                self.stop();
                return ended.map_err(std::io::Error::other)?.map(|()| false);
            }
        }
        self.draining.cancel();
        // Requests first: they may still put work into the tasks' hands.
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

    /// Stops and waits for the tasks, without a server: the end of a test.
    pub async fn finish(&self) {
        self.stop();
        self.tasks.close();
        self.tasks.wait().await;
    }
}
