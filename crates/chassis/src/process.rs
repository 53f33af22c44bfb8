//! The outermost frame of a program: cryptography, runtime, a built service, exit status.

use crate::{
    http::{self, Site},
    lifecycle::Lifecycle,
    settings::{HttpSettings, TelemetrySettings},
    telemetry::Telemetry,
};
use anyhow::Context;
use std::{future::Future, net::TcpListener, process::ExitCode, sync::Arc, time::Duration};

/// Runs `work` on a runtime of two threads and turns its end into an exit status: 0 when it says true, 1 otherwise.
/// A failure is printed with its causes on standard error.
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

/// A built service that is not serving yet; its port is known.
pub struct App {
    /// Where it will answer.
    pub port: u16,
    server: actix_web::dev::Server,
    lifecycle: Lifecycle,
    grace: Duration,
}

impl App {
    /// Takes the port for `site`; `lifecycle` holds the workers beside it.
    ///
    /// # Errors
    /// Where the port cannot be taken.
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

    /// Serves until told to stop; true when everything ended well.
    ///
    /// # Errors
    /// The server's.
    pub async fn run(self) -> anyhow::Result<bool> {
        tracing::info!(port = self.port, "ready");
        Ok(self.lifecycle.run(self.server, self.grace).await?)
    }

    /// Stops it from outside: the end of a test.
    pub fn lifecycle(&self) -> Lifecycle {
        self.lifecycle.clone()
    }
}

/// Builds `service` under its telemetry, runs it to its end and flushes what telemetry still holds.
///
/// # Errors
/// What `build` or the server says.
pub async fn serve(
    service: &str,
    settings: &TelemetrySettings,
    build: impl AsyncFnOnce(Arc<Telemetry>) -> anyhow::Result<App>,
) -> anyhow::Result<bool> {
    let telemetry = Arc::new(Telemetry::start(service, settings)?);
    let outcome = match build(Arc::clone(&telemetry)).await {
        Ok(app) => app.run().await,
        Err(error) => Err(error),
    };
    tokio::task::spawn_blocking(move || telemetry.flush()).await?;
    outcome
}
