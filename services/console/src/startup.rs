//! All wiring: from settings and secrets to a running service.

use crate::{
    AppState,
    actions::Kept,
    config::Settings,
    consumers::breakers,
    gateway::{
        machine::Machine,
        servers::{BrokerAddress, Servers},
        services::Services,
    },
    routes,
};
use actix_web::web::Data;
use anyhow::Context;
use mc_access::Verifier;
use mc_chassis::{
    health::{Component, Evidence, HealthProbe},
    http::{self, Site},
    lifecycle::Lifecycle,
    pools::{self, PoolError},
    process::{self, App},
    telemetry::Telemetry,
};
use mc_keyring::Secrets;
use mc_mailbox::Mailbox;
use mc_vocabulary::Clock;
use sqlx::{PgPool, migrate::Migrator};
use std::{sync::Arc, time::Duration};

/// The schema's history.
pub static MIGRATOR: Migrator = sqlx::migrate!("../../migrations/console");

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
    let lifecycle = Lifecycle::new();
    let state = Data::new(state(&settings, secrets, clock, lifecycle.clone()).await?);
    require_migrated(&state.pool).await?;
    spawn_workers(&lifecycle, &state);

    let verifier = Data::new(verifier);
    let watched = Arc::new(Watch { state: state.clone() });
    let data = Arc::new(move |config: &mut actix_web::web::ServiceConfig| {
        config.app_data(state.clone()).app_data(verifier.clone());
    });
    let site = Site {
        service: "console",
        about: routes::ABOUT,
        routes: routes::routes,
        data,
        health: watched,
        cancel_on_disconnect: false,
    };
    App::new(&settings.http, telemetry, site, lifecycle)
}

/// Refuses an old schema. A database that is away does not keep the console from telling so.
async fn require_migrated(pool: &PgPool) -> Result<(), PoolError> {
    let check = pools::require_migrated(pool, &MIGRATOR, "console", "console");
    if let Ok(checked) = tokio::time::timeout(Duration::from_secs(2), check).await {
        return checked;
    }
    tracing::warn!("the database is away; starting without the breakers' history");
    Ok(())
}

fn spawn_workers(lifecycle: &Lifecycle, state: &Data<AppState>) {
    let stopping = || lifecycle.stopping();
    lifecycle.spawn("relay", state.mailbox.clone().relay(stopping()));
    let (consumer, mailbox) = (Arc::clone(state), state.mailbox.clone());
    lifecycle.spawn(
        "console.breakers",
        mailbox.consume(breakers::QUEUE, stopping(), move |envelope| {
            let state = Arc::clone(&consumer);
            async move { breakers::handle(&state, envelope).await }
        }),
    );
}

/// `serve`.
///
/// # Errors
/// See [`build`] and [`process::serve`].
pub async fn serve(settings: Settings) -> anyhow::Result<bool> {
    let telemetry = settings.telemetry.clone();
    process::serve("console", &telemetry, async |telemetry| {
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

async fn state(settings: &Settings, secrets: Secrets, clock: Clock, lifecycle: Lifecycle) -> anyhow::Result<AppState> {
    let database = secrets.require("database", &["url"]).await?;
    let broker = secrets.require("broker", &["url"]).await?;
    let redis = secrets.require("redis", &["url"]).await?;
    let pool = pools::postgres(database.field("url")?, &settings.database, "console")?;
    let broker_url = broker.field("url")?.clone();
    let prefix = &settings.broker.prefix;
    let survey = settings.survey.clone();
    Ok(AppState {
        servers: Servers {
            pool: pool.clone(),
            redis: pools::redis(redis.field("url")?)?,
            broker: BrokerAddress::of(&broker_url).context("secret broker, field url: names no host")?,
            secrets: secrets.clone(),
            clock: clock.clone(),
        },
        mailbox: Mailbox::new("console", "console", pool.clone(), broker_url, prefix, clock.clone()),
        services: Services::new(&settings.services, survey.clone(), lifecycle, clock.clone())?,
        machine: Machine::default(),
        secrets,
        surveyed: Kept::new(Duration::from_millis(survey.keep_ms)),
        measured: Kept::new(Duration::from_millis(survey.keep_policies_ms)),
        pool,
        clock,
    })
}

/// What health checks see of the console itself. Nothing is required: it answers as long as it runs.
struct Watch {
    state: Data<AppState>,
}

#[async_trait::async_trait]
impl HealthProbe for Watch {
    async fn components(&self) -> Vec<Component> {
        let mut database = pools::database_component(&self.state.pool, &self.state.clock).await;
        database.required = false;
        let mut components = vec![database, self.state.servers.secrets().await];
        components.extend(self.state.mailbox.components().await);
        components
    }

    async fn evidence(&self) -> Vec<Evidence> {
        let provider = self.state.secrets.provider_name();
        vec![Evidence {
            control: "secrets_management".to_owned(),
            holds: provider == "aws_secrets_manager",
            found: format!("provider {provider}"),
            method: "the provider that gives the console's credentials".to_owned(),
            checked_at: self.state.clock.now(),
        }]
    }
}
