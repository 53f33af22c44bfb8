//! The state of ehr-proxy.

use crate::{
    AppState,
    config::Settings,
    events::EHR,
    gateway::{EhrDeps, Ehrs, organization_of},
    health::Health,
    routes,
};
use actix_web::web::Data;
use mc_keyring::Pseudonym;
use mc_service_kit::{Kit, Service};
use sqlx::migrate::Migrator;
use std::sync::Arc;

/// The schema's migrations.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/ehr_proxy");

/// The service ehr-proxy.
pub static SERVICE: Service<Settings> = Service {
    name: "ehr-proxy",
    schema: "ehr_proxy",
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
    let redis = kit.redis().await?;
    let pseudonym = Pseudonym::from_credentials(&kit.require("blind-index", &["key"]).await?)?;
    let ehrs = Ehrs::new(EhrDeps {
        settings: settings.upstream,
        secrets: kit.secrets(),
        seals: Arc::new(kit.seals().await?),
        redis,
        clock: kit.clock(),
        hooks: kit.upstream_hooks(),
    });
    // The upstream's name includes the organization; events name the integration and the
    // organization.
    kit.name_breakers(|upstream| (organization_of(upstream), EHR.to_owned()));
    let state = Data::new(AppState {
        mailbox: kit.mailbox().await?,
        idempotency: kit.idempotency(),
        ehrs,
        pseudonym,
        secrets: kit.secrets(),
        pool: kit.pool().clone(),
        worker_pool: kit.worker_pool().clone(),
        clock: kit.clock(),
    });
    kit.add_probe(Arc::new(Health::new(Arc::clone(&state))));
    kit.add_data(state);
    Ok(())
}
