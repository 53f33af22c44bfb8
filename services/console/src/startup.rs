//! The state of the console.

use crate::{
    AppState,
    config::Settings,
    consumers::breakers,
    gateway::{
        Cached,
        machine::Machine,
        servers::{BrokerAddress, Servers},
        services::{Services, service_name},
    },
    routes,
};
use actix_web::web::Data;
use anyhow::Context;
use mc_service_kit::{Kit, Service};
use sqlx::migrate::Migrator;
use std::time::Duration;

/// The schema's migrations.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/console");

/// The console. It answers without its database: health is needed most in an outage.
pub static SERVICE: Service<Settings> = Service {
    name: "console",
    schema: "console",
    about: routes::ABOUT,
    routes: routes::routes,
    defaults: include_str!("../config.toml"),
    migrations: &MIGRATIONS,
    build: |kit, settings| Box::pin(build(kit, settings)),
    queues: &[breakers::QUEUE],
    database_optional: true,
    cancel_on_disconnect: false,
};

async fn build(kit: &mut Kit, settings: Settings) -> anyhow::Result<()> {
    let (services, survey) = (settings.services, settings.survey);
    for (name, url) in &services {
        kit.add_connection(service_name(name), url.as_str());
    }
    let broker = kit.secrets().require("broker", &["url"]).await?;
    let servers = Servers {
        pool: kit.pool().clone(),
        redis: kit.redis().await?,
        broker: BrokerAddress::of(broker.field("url")?).context("secret broker, field url: names no host")?,
        secrets: kit.secrets(),
        clock: kit.clock(),
    };
    let state = Data::new(AppState {
        servers,
        mailbox: kit.mailbox().await?,
        services: Services::new(services, survey.clone(), kit.lifecycle(), kit.clock())?,
        machine: Machine::default(),
        surveyed: Cached::new(Duration::from_millis(survey.keep_ms)),
        measured: Cached::new(Duration::from_millis(survey.keep_policies_ms)),
        pool: kit.pool().clone(),
        worker_pool: kit.worker_pool().clone(),
        clock: kit.clock(),
    });
    kit.consume(breakers::QUEUE, &state, |state, envelope| async move {
        breakers::handle(&state, envelope).await
    })
    .await?;
    kit.add_data(state);
    Ok(())
}
