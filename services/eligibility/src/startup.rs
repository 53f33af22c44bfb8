//! The state of eligibility.

use crate::{
    AppState,
    actions::query_payer::Flights,
    config::Settings,
    gateway::{FIELDS, Payers},
    health::Health,
    routes,
};
use actix_web::web::Data;
use mc_service_kit::{Kit, Service};
use sqlx::migrate::Migrator;
use std::sync::Arc;

/// The schema's migrations.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/eligibility");

/// Eligibility.
pub static SERVICE: Service<Settings> = Service {
    name: "eligibility",
    schema: "eligibility",
    about: routes::ABOUT,
    routes: routes::routes,
    defaults: include_str!("../config.toml"),
    migrations: &MIGRATIONS,
    build: |kit, settings| Box::pin(build(kit, settings)),
    queues: &[],
    database_optional: false,
    cancel_on_disconnect: false,
};

async fn build(kit: &mut Kit, settings: Settings) -> anyhow::Result<()> {
    // Before the payers: their rate budgets are kept in Redis.
    kit.redis().await?;
    let payers = Payers::new(
        &settings.payers,
        &settings.inquiry,
        &kit.secrets(),
        &kit.clock(),
        &kit.upstream_hooks(),
    )?;
    for payer in payers.iter() {
        kit.require(payer.secret(), &FIELDS).await?;
        kit.add_connection(payer.upstream().name(), payer.upstream().base_url().as_str());
    }
    let state = Data::new(AppState {
        mailbox: kit.mailbox().await?,
        idempotency: kit.idempotency(),
        seals: kit.seals().await?,
        payers,
        flights: Flights::new(),
        fresh: settings.cache.fresh(),
        pool: kit.pool().clone(),
        worker_pool: kit.worker_pool().clone(),
        clock: kit.clock(),
    });
    kit.add_probe(Arc::new(Health::new(Arc::clone(&state))));
    kit.add_data(state);
    Ok(())
}
