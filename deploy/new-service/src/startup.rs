//! The state of the service.

use crate::{AppState, config::Settings, routes};
use actix_web::web::Data;
use mc_service_kit::{Kit, Service};
use sqlx::migrate::Migrator;

/// The schema's migrations.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/__SCHEMA__");

/// The service.
pub static SERVICE: Service<Settings> = Service {
    name: "__NAME__",
    schema: "__SCHEMA__",
    about: routes::ABOUT,
    routes: routes::routes,
    defaults: include_str!("../config.toml"),
    migrations: &MIGRATIONS,
    build: |kit, settings| Box::pin(build(kit, settings)),
    queues: &[],
    database_optional: false,
    cancel_on_disconnect: false,
};

async fn build(kit: &mut Kit, _settings: Settings) -> anyhow::Result<()> {
    let state = Data::new(AppState {
        pool: kit.pool().clone(),
        mailbox: kit.mailbox().await?,
        clock: kit.clock(),
    });
    kit.add_data(state);
    Ok(())
}
