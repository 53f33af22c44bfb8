//! All wiring: from settings and secrets to a running sandbox.

use crate::{
    AppState, PayerLogin,
    actions::deliver_webhooks::deliver_webhooks,
    config::Settings,
    domain::{assertion::Client, charts},
    gateway::webhook::Receiver,
    routes,
    store::{charts as stored_charts, webhooks},
};
use actix_web::web::Data;
use mc_chassis::{
    health::{Component, HealthProbe, Status},
    http::{self, Site},
    lifecycle::Lifecycle,
    pools,
    process::{self, App},
    telemetry::Telemetry,
};
use mc_keyring::{ExposeSecret, Secrets};
use mc_vocabulary::Clock;
use sqlx::migrate::Migrator;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::Notify,
};
use tokio_util::sync::CancellationToken;

/// The schema's history.
pub static MIGRATOR: Migrator = sqlx::migrate!("../../migrations/sandbox");

/// Wires everything, takes the port and puts missing charts into the EHR.
///
/// # Errors
/// Naming the setting or secret that is wrong, or the part that does not answer.
pub async fn build(
    settings: Settings,
    secrets: Secrets,
    clock: Clock,
    telemetry: Arc<Telemetry>,
) -> anyhow::Result<App> {
    let http_settings = settings.http.clone();
    let state = Data::new(state(settings, &secrets, clock).await?);
    pools::require_migrated(&state.pool, &MIGRATOR, "sandbox", "sandbox").await?;
    let seeds = charts::seeds()?;
    stored_charts::insert_missing(&mut *state.pool.acquire().await?, &seeds, state.clock.now()).await?;

    let lifecycle = Lifecycle::new();
    lifecycle.spawn("webhooks", deliver_webhooks(Arc::clone(&state), lifecycle.stopping()));
    lifecycle.spawn("let go", let_go(Arc::clone(&state), lifecycle.stopping()));
    let watched = Arc::new(Watch {
        state: Arc::clone(&state),
    });
    let data = Arc::new(move |config: &mut actix_web::web::ServiceConfig| {
        config.app_data(state.clone());
    });
    let site = Site {
        service: "sandbox",
        about: routes::ABOUT,
        routes: routes::routes,
        data,
        health: watched,
        cancel_on_disconnect: false,
    };
    App::new(&http_settings, telemetry, site, lifecycle)
}

/// `serve`.
///
/// # Errors
/// See [`build`] and [`process::serve`].
pub async fn serve(settings: Settings) -> anyhow::Result<bool> {
    let telemetry = settings.telemetry.clone();
    process::serve("sandbox", &telemetry, async |telemetry| {
        let secrets = Secrets::from_config(&settings.secrets).await?;
        build(settings, secrets, Clock::System, telemetry).await
    })
    .await
}

/// `migrate`, as the role that owns the schema.
///
/// # Errors
/// Where the secret is missing or a migration fails.
pub async fn migrate(settings: &Settings) -> anyhow::Result<bool> {
    let secrets = Secrets::from_config(&settings.secrets).await?;
    let credentials = secrets.require("database-owner", &["url"]).await?;
    pools::migrate(credentials.field("url")?, &MIGRATOR).await?;
    Ok(true)
}

/// `openapi`.
///
/// # Errors
/// Where the document cannot be written.
pub fn print_openapi() -> anyhow::Result<bool> {
    println!(
        "{}",
        serde_json::to_string_pretty(&http::document(routes::ABOUT, routes::routes))?
    );
    Ok(true)
}

async fn state(settings: Settings, secrets: &Secrets, clock: Clock) -> anyhow::Result<AppState> {
    let database = secrets.require("database", &["url"]).await?;
    let payer = secrets.require("payer", &["username", "password"]).await?;
    let stripe = secrets.require("stripe", &["api_key", "webhook_secret"]).await?;
    let ehr = secrets.require("ehr-clients", &["clients"]).await?;
    let clients: Vec<Client> = serde_json::from_str(ehr.field("clients")?.expose_secret())
        .map_err(|_| anyhow::anyhow!("secret ehr-clients: field clients is no JSON list of clients with their keys"))?;
    let receiver = Receiver::new(
        settings.stripe.webhook_url.clone(),
        stripe.field("webhook_secret")?,
        Duration::from_millis(settings.stripe.timeout_ms),
    )?;
    Ok(AppState {
        pool: pools::postgres(database.field("url")?, &settings.database, "sandbox")?,
        clock,
        clients,
        payer: PayerLogin {
            username: payer.field("username")?.clone(),
            password: payer.field("password")?.clone(),
        },
        stripe_key: stripe.field("api_key")?.clone(),
        receiver,
        stopping: CancellationToken::new(),
        webhooks: Notify::new(),
        settings,
    })
}

/// A stop lets requests finish first, and a held connection never would: it is let go by the same signal.
async fn let_go(state: Arc<AppState>, stopping: CancellationToken) {
    if let Ok(mut terminate) = signal(SignalKind::terminate()) {
        tokio::select! {
            _ = terminate.recv() => {}
            () = stopping.cancelled() => {}
        }
        state.stopping.cancel();
    }
}

/// What health checks see.
struct Watch {
    state: Arc<AppState>,
}

#[async_trait::async_trait]
impl HealthProbe for Watch {
    async fn components(&self) -> Vec<Component> {
        let (state, started) = (&self.state, Instant::now());
        let waiting = async { webhooks::count_waiting(&mut *state.pool.acquire().await?).await };
        let (status, detail) = match waiting.await {
            Ok(0) => (Status::Healthy, "none waits".to_owned()),
            Ok(count) => (Status::Degraded, format!("{count} wait to be delivered")),
            Err(_) => (Status::Unhealthy, "cannot be looked at".to_owned()),
        };
        vec![
            pools::database_component(&state.pool, &state.clock).await,
            pools::component("webhooks", status, false, detail, started, &state.clock),
        ]
    }
}
