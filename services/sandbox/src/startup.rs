//! The state of the sandbox and its worker.

use crate::{
    AppState, PayerLogin,
    actions::deliver_webhooks,
    config::Settings,
    domain::{assertion::Client, charts},
    gateway::webhook::Receiver,
    health::Health,
    routes,
    store::charts as stored_charts,
};
use actix_web::web::Data;
use mc_keyring::ExposeSecret;
use mc_service_kit::{Kit, Next, Service, Worker};
use sqlx::migrate::Migrator;
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;

/// How often the queue of webhooks is checked while nothing notifies the worker.
const IDLE: Duration = Duration::from_millis(200);

/// The schema's migrations.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/sandbox");

/// The sandbox: no mailbox and no access tokens of ours.
pub static SERVICE: Service<Settings> = Service {
    name: "sandbox",
    schema: "sandbox",
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
    let state = Data::new(state(kit, settings).await?);
    let seeds = charts::seeds()?;
    stored_charts::insert_missing(&mut *state.pool.acquire().await?, &seeds, state.clock.now()).await?;
    let delivering = Worker::every("webhooks", IDLE).woken_by(Arc::clone(&state.webhooks));
    kit.worker(delivering, &state, |state, _| async move {
        let delivered = deliver_webhooks::execute(&state).await?;
        Ok::<_, sqlx::Error>(if delivered > 0 { Next::Now } else { Next::Idle })
    });
    let health = Health::new(kit, &state);
    kit.add_probe(Arc::new(health));
    kit.add_data(state);
    Ok(())
}

async fn state(kit: &mut Kit, settings: Settings) -> anyhow::Result<AppState> {
    let payer = kit.require("payer", &["username", "password"]).await?;
    let stripe = kit.require("stripe", &["api_key", "webhook_secret"]).await?;
    let ehr = kit.require("ehr-clients", &["clients"]).await?;
    let clients: Vec<Client> = serde_json::from_str(ehr.field("clients")?.expose_secret()).map_err(|_| {
        anyhow::anyhow!("secret ehr-clients: field clients is not a JSON list of clients with their keys")
    })?;
    kit.add_connection("webhook receiver", settings.stripe.webhook_url.as_str());
    let receiver = Receiver::new(
        settings.stripe.webhook_url.clone(),
        stripe.field("webhook_secret")?,
        Duration::from_millis(settings.stripe.timeout_ms),
    )?;
    Ok(AppState {
        pool: kit.pool().clone(),
        clock: kit.clock(),
        clients,
        payer: PayerLogin {
            username: payer.field("username")?.clone(),
            password: payer.field("password")?.clone(),
        },
        stripe_key: stripe.field("api_key")?.clone(),
        receiver,
        draining: kit.lifecycle().draining(),
        webhooks: Arc::new(Notify::new()),
        settings,
    })
}
