//! All wiring: from settings and secrets to a running service.

mod watch;

use crate::{
    Desk,
    actions::tell_breaker_change::tell_breaker_change,
    config::Settings,
    gateway::{Ehrs, Parts},
    routes,
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
use mc_keyring::{Kek, Pseudonym, Seals, Secrets};
use mc_mailbox::Mailbox;
use mc_upstream::BreakerChange;
use mc_vocabulary::Clock;
use sqlx::migrate::Migrator;
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use watch::Watch;

/// The schema's history.
pub static MIGRATOR: Migrator = sqlx::migrate!("../../migrations/ehr_proxy");

/// Wires everything and takes the port. `verifier` replaces the one that reads auth's keys: tests bring their own.
///
/// # Errors
/// Naming the setting or secret that is wrong, or the part that does not answer.
pub async fn build(
    settings: Settings,
    secrets: Secrets,
    clock: Clock,
    telemetry: Arc<Telemetry>,
    verifier: Option<Verifier>,
) -> anyhow::Result<App> {
    let wired = wire(&settings, secrets, clock).await?;
    let desk = Data::new(wired.desk);
    pools::require_migrated(&desk.pool, &MIGRATOR, "ehr_proxy", "ehr-proxy").await?;
    let verifier = match verifier {
        Some(verifier) => verifier,
        None => Verifier::new(settings.access.clone(), desk.clock.clone())?,
    };
    let verifier = Data::new(verifier);
    let lifecycle = Lifecycle::new();
    lifecycle.spawn("relay", desk.mailbox.clone().relay(lifecycle.stopping()));
    let telling = tell_breaker_changes(desk.clone().into_inner(), wired.breaker_changes, lifecycle.clone());
    lifecycle.spawn("breaker changes", telling);

    let watched = Arc::new(Watch::new(desk.clone().into_inner(), wired.redis));
    let data = Arc::new(move |config: &mut actix_web::web::ServiceConfig| {
        config.app_data(desk.clone()).app_data(verifier.clone());
    });
    let site = Site {
        service: "ehr-proxy",
        about: routes::ABOUT,
        routes: routes::routes,
        data,
        watched,
        hangs_up_with_caller: false,
    };
    App::new(&settings.http, telemetry, site, lifecycle)
}

/// `serve`.
///
/// # Errors
/// See [`build`] and [`process::serve`].
pub async fn serve(settings: Settings) -> anyhow::Result<bool> {
    let telemetry = settings.telemetry.clone();
    process::serve("ehr-proxy", &telemetry, async |telemetry| {
        let secrets = Secrets::from_config(&settings.secrets).await?;
        build(settings, secrets, Clock::System, telemetry, None).await
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

struct Wired {
    desk: Desk,
    redis: redis::aio::ConnectionManager,
    breaker_changes: UnboundedReceiver<BreakerChange>,
}

async fn wire(settings: &Settings, secrets: Secrets, clock: Clock) -> anyhow::Result<Wired> {
    let database = secrets.require("database", &["url"]).await?;
    let broker = secrets.require("broker", &["url"]).await?;
    let cache = secrets.require("redis", &["url"]).await?;
    let kek = Kek::from_credentials(&secrets.require("sealing-key", &["key_id", "key"]).await?)?;
    let pseudonym = Pseudonym::from_credentials(&secrets.require("blind-index", &["key"]).await?)?;
    let pool = pools::postgres(database.field("url")?, &settings.database, "ehr-proxy")?;
    let redis = pools::redis(cache.field("url")?)?;
    let (sender, breaker_changes) = unbounded_channel();
    let ehrs = Ehrs::new(Parts {
        settings: settings.upstream.clone(),
        secrets: secrets.clone(),
        seals: Arc::new(Seals::new("ehr_proxy", pool.clone(), kek)),
        redis: redis.clone(),
        clock: clock.clone(),
        breaker_changes: sender,
    });
    let prefix = &settings.broker.prefix;
    let mailbox = Mailbox::new(
        "ehr-proxy",
        "ehr_proxy",
        pool.clone(),
        broker.field("url")?.clone(),
        prefix,
        clock.clone(),
    );
    Ok(Wired {
        desk: Desk {
            pool,
            mailbox,
            ehrs,
            pseudonym,
            secrets,
            clock,
        },
        redis,
        breaker_changes,
    })
}

/// Tells every change of a breaker, in order; waits for the database where it is away.
async fn tell_breaker_changes(desk: Arc<Desk>, mut changes: UnboundedReceiver<BreakerChange>, lifecycle: Lifecycle) {
    let stopping = lifecycle.stopping();
    loop {
        let change = tokio::select! {
            change = changes.recv() => change,
            () = stopping.cancelled() => changes.try_recv().ok(),
        };
        let Some(change) = change else { return };
        while let Err(error) = tell_breaker_change(&desk, &change).await {
            tracing::warn!(error.message = %error, "the change of a breaker waits to be told");
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
                () = stopping.cancelled() => return,
            }
        }
    }
}
