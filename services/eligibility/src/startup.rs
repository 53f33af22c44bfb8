//! All wiring: from settings and secrets to a running service.

mod watch;

use crate::{
    AppState, actions::publish_breaker_change::publish_breaker_change, config::Settings, gateway::Payers, routes,
};
use actix_web::web::Data;
use mc_access::Verifier;
use mc_chassis::{
    http::{self, Site},
    lifecycle::Lifecycle,
    pools,
    process::{self, App},
    telemetry::Telemetry,
};
use mc_keyring::{Kek, Seals, Secrets};
use mc_mailbox::Mailbox;
use mc_upstream::{BreakerChange, Hooks};
use mc_vocabulary::Clock;
use redis::aio::ConnectionManager;
use sqlx::migrate::Migrator;
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_util::sync::CancellationToken;
use watch::Watch;

/// The schema's history.
pub static MIGRATOR: Migrator = sqlx::migrate!("../../migrations/eligibility");

/// Wires everything and takes the port.
///
/// # Errors
/// Naming the setting or secret that is wrong, or the part that does not answer.
pub async fn build(
    settings: Settings,
    secrets: Secrets,
    clock: Clock,
    verifier: Verifier,
    telemetry: Arc<Telemetry>,
) -> anyhow::Result<App> {
    let (sender, changes) = unbounded_channel();
    let redis = pools::redis(secrets.require("redis", &["url"]).await?.field("url")?)?;
    let hooks = Hooks {
        breaker_changes: Some(sender),
        redis: Some(redis.clone()),
    };
    let state = Data::new(state(&settings, &secrets, clock, &hooks).await?);
    pools::require_migrated(&state.pool, &MIGRATOR, "eligibility", "eligibility").await?;
    let lifecycle = Lifecycle::new();
    lifecycle.spawn("relay", state.mailbox.clone().relay(lifecycle.stopping()));
    lifecycle.spawn("breakers", announce(Arc::clone(&state), changes, lifecycle.stopping()));

    let site = site(state, verifier, secrets, redis);
    App::new(&settings.http, telemetry, site, lifecycle)
}

fn site(state: Data<AppState>, verifier: Verifier, secrets: Secrets, redis: ConnectionManager) -> Site {
    let verifier = Data::new(verifier);
    let watched = Arc::new(Watch {
        state: state.clone(),
        secrets,
        redis,
    });
    let data = Arc::new(move |config: &mut actix_web::web::ServiceConfig| {
        config.app_data(state.clone()).app_data(verifier.clone());
    });
    Site {
        service: "eligibility",
        about: routes::ABOUT,
        routes: routes::routes,
        data,
        health: watched,
        cancel_on_disconnect: false,
    }
}

/// Tells every change of a breaker; while the database is away, the change waits.
async fn announce(state: Arc<AppState>, mut changes: UnboundedReceiver<BreakerChange>, stopping: CancellationToken) {
    loop {
        let change = tokio::select! {
            change = changes.recv() => change,
            () = stopping.cancelled() => return,
        };
        let Some(change) = change else { return };
        while let Err(error) = publish_breaker_change(&state, &change).await {
            tracing::warn!(error.message = %error, "a breaker's change is not told yet");
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
                () = stopping.cancelled() => return,
            }
        }
    }
}

/// `serve`.
///
/// # Errors
/// See [`build`] and [`process::serve`].
pub async fn serve(settings: Settings) -> anyhow::Result<bool> {
    let telemetry = settings.telemetry.clone();
    process::serve("eligibility", &telemetry, async |telemetry| {
        let secrets = Secrets::from_config(&settings.secrets).await?;
        let verifier = Verifier::new(settings.access.clone(), Clock::System)?;
        build(settings, secrets, Clock::System, verifier, telemetry).await
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

async fn state(settings: &Settings, secrets: &Secrets, clock: Clock, hooks: &Hooks) -> anyhow::Result<AppState> {
    let database = secrets.require("database", &["url"]).await?;
    let broker = secrets.require("broker", &["url"]).await?;
    let pool = pools::postgres(database.field("url")?, &settings.database, "eligibility")?;
    let broker_url = broker.field("url")?.clone();
    let payers = Payers::new(&settings.payers, &settings.inquiry, secrets, &clock, hooks)?;
    for payer in payers.iter() {
        payer.credentials().await?;
    }
    Ok(AppState {
        mailbox: Mailbox::new(
            "eligibility",
            "eligibility",
            pool.clone(),
            broker_url,
            &settings.broker.prefix,
            clock.clone(),
        ),
        seals: Seals::new(
            "eligibility",
            pool.clone(),
            Kek::from_credentials(&secrets.require("sealing-key", &["key_id", "key"]).await?)?,
        ),
        payers,
        flights: crate::actions::ask_payer::Flights::new(),
        fresh: settings.cache.fresh(),
        pool,
        clock,
    })
}
