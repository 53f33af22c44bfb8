//! The process: TLS provider, runtime, a built service, exit status.

use crate::{
    http::{self, Site},
    lifecycle::Lifecycle,
    settings::{HttpSettings, TelemetrySettings},
    telemetry::Telemetry,
};
use anyhow::Context;
use futures_util::future::LocalBoxFuture;
use std::{future::Future, net::TcpListener, process::ExitCode, sync::Arc, time::Duration};

/// Runs `work` on a runtime of two threads. Exit status: 0 if it returns true, 1 otherwise. A
/// failure is printed with its causes on standard error.
pub fn run<W>(work: W) -> ExitCode
where
    W: Future<Output = anyhow::Result<bool>>,
{
    crate::install_crypto();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => actix_web::rt::System::with_tokio_rt(|| runtime).block_on(work),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A built service that is not serving yet; its port is bound.
pub struct App {
    /// The port.
    pub port: u16,
    server: actix_web::dev::Server,
    lifecycle: Lifecycle,
    grace: Duration,
}

impl App {
    /// Binds the port for `site`; `lifecycle` has the tasks that run beside it.
    ///
    /// # Errors
    /// If the port cannot be bound.
    pub fn new(
        settings: &HttpSettings,
        telemetry: Arc<Telemetry>,
        site: Site,
        lifecycle: Lifecycle,
    ) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(settings.bind).with_context(|| format!("http.bind {}", settings.bind))?;
        let port = listener.local_addr()?.port();
        let server = http::serve(listener, settings, telemetry, site)?;
        Ok(Self {
            port,
            server,
            lifecycle,
            grace: Duration::from_millis(settings.stop_grace_ms),
        })
    }

    /// Serves until stopped. Returns true if everything succeeded.
    ///
    /// # Errors
    /// If the server fails.
    pub fn run(self) -> LocalBoxFuture<'static, anyhow::Result<bool>> {
        Box::pin(async move {
            tracing::info!(port = self.port, "ready");
            Ok(self.lifecycle.run(self.server, self.grace).await?)
        })
    }

    /// Stops the service from outside: for the end of a test.
    pub fn lifecycle(&self) -> Lifecycle {
        self.lifecycle.clone()
    }
}

/// Builds a service, once telemetry runs.
pub type Build = Box<dyn FnOnce(Arc<Telemetry>) -> LocalBoxFuture<'static, anyhow::Result<App>>>;

/// Starts telemetry, builds and serves `service`, and flushes telemetry at the end.
///
/// # Errors
/// If `build` or the server fails.
pub fn serve(
    service: &'static str,
    settings: TelemetrySettings,
    build: Build,
) -> LocalBoxFuture<'static, anyhow::Result<bool>> {
    Box::pin(async move {
        let telemetry = Arc::new(Telemetry::start(service, &settings)?);
        let outcome = match build(Arc::clone(&telemetry)).await {
            Ok(app) => app.run().await,
            Err(error) => Err(error),
        };
        tokio::task::spawn_blocking(move || telemetry.flush()).await?;
        outcome
    })
}
