//! All wiring: from settings and secrets to a running service.

pub mod backup;
mod detection;
mod evidence;
mod health;
pub mod maintenance;
pub mod replay;
pub mod verify;
mod workers;

use crate::{
    AppState,
    actions::log::sign_checkpoints,
    config::Settings,
    domain::{
        Retention,
        detection::{parse_rules, shipped_rules},
    },
    routes,
};
use actix_web::web::Data;
use anyhow::Context;
use health::Watch;
use mc_access::Verifier;
use mc_chassis::{
    http::{self, Site},
    lifecycle::Lifecycle,
    pools,
    process::{self, App},
    telemetry::Telemetry,
};
use mc_detection::RuleBook;
use mc_keyring::{ExposeSecret, Kek, Pseudonym, Seals, Secrets};
use mc_mailbox::Mailbox;
use mc_transparency::Signer;
use mc_vocabulary::Clock;
use sqlx::migrate::Migrator;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::{mpsc, mpsc::Receiver, watch};

/// The schema's history.
pub static MIGRATOR: Migrator = sqlx::migrate!("../../migrations/audit");

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
    let (state, notes) = state(&settings, &secrets, clock).await?;
    let state = Data::new(state);
    pools::require_migrated(&state.pool, &MIGRATOR, "audit", "audit").await?;
    sign_checkpoints::load_anchors(&state)
        .await
        .context("what was signed before cannot be read")?;
    let lifecycle = Lifecycle::new();
    workers::spawn(
        &lifecycle,
        &state,
        notes,
        Duration::from_millis(settings.checkpoints.every_ms),
    );
    detection::spawn(&lifecycle, &state, &settings.detection);

    let verifier = Data::new(verifier);
    let watched = Arc::new(Watch {
        state: state.clone(),
        secrets,
        measured: evidence::Measurements::spawn(&lifecycle, &state),
    });
    let refusals = mc_access::refusal_log(state.mailbox.clone());
    let tails = Data::new(routes::Tails::new(lifecycle.draining()));
    let data = Arc::new(move |config: &mut actix_web::web::ServiceConfig| {
        config
            .app_data(state.clone())
            .app_data(verifier.clone())
            .app_data(tails.clone())
            .app_data(refusals.clone());
    });
    let site = Site {
        service: "audit",
        about: routes::ABOUT,
        routes: routes::routes,
        data,
        health: watched,
        cancel_on_disconnect: true,
    };
    App::new(&settings.http, telemetry, site, lifecycle)
}

/// `serve`.
///
/// # Errors
/// See [`build`] and [`process::serve`].
pub async fn serve(settings: Settings) -> anyhow::Result<bool> {
    let telemetry = settings.telemetry.clone();
    process::serve("audit", &telemetry, async |telemetry| {
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

/// What actions use, and the checkpoints that wait for their stream.
///
/// # Errors
/// Naming the setting or secret that is wrong.
pub async fn state(
    settings: &Settings,
    secrets: &Secrets,
    clock: Clock,
) -> anyhow::Result<(AppState, Receiver<String>)> {
    desk_over("url", settings, secrets, clock).await
}

/// The same, over the database as this field of secret `database` reaches it.
async fn desk_over(
    url: &'static str,
    settings: &Settings,
    secrets: &Secrets,
    clock: Clock,
) -> anyhow::Result<(AppState, Receiver<String>)> {
    let database = secrets.require("database", &[url]).await?;
    let broker = secrets.require("broker", &["url"]).await?;
    let pool = pools::postgres(database.field(url)?, &settings.database, "audit")?;
    let broker_url = broker.field("url")?.clone();
    let checkpoint_key = secrets.require("checkpoint-key", &["private_key_pem", "name"]).await?;
    let key_field = |name| anyhow::Ok(checkpoint_key.field(name)?.expose_secret().to_owned());
    let (notes, waiting) = mpsc::channel(1_000);
    let state = AppState {
        mailbox: Mailbox::new(
            "audit",
            "audit",
            pool.clone(),
            broker_url,
            &settings.broker.prefix,
            clock.clone(),
        ),
        idempotency: mc_idempotency::Idempotency::new("audit", pool.clone()),
        seals: Seals::new(
            "audit",
            pool.clone(),
            Kek::from_credentials(&secrets.require("sealing-key", &["key_id", "key"]).await?)?,
        ),
        pseudonym: Pseudonym::from_credentials(&secrets.require("blind-index", &["key"]).await?)?,
        signer: Signer::from_pem(&key_field("private_key_pem")?, &key_field("name")?)
            .context("secret checkpoint-key: expected an Ed25519 private key in PKCS#8 PEM and a name")?,
        anchors: Mutex::default(),
        checkpoint_folder: (!settings.checkpoints.folder.is_empty())
            .then(|| settings.checkpoints.folder.clone().into()),
        retention: Retention::new(settings.retention.years)?,
        notes,
        appended: watch::Sender::new(clock.now()),
        rules: Arc::new(rules(&settings.detection.rules_file)?),
        pool,
        clock,
    };
    Ok((state, waiting))
}

/// The rules of breach detection.
fn rules(file: &str) -> anyhow::Result<RuleBook> {
    if file.is_empty() {
        return Ok(shipped_rules()?);
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("the rules file {file} cannot be read"))?;
    parse_rules(&text).with_context(|| format!("the rules file {file} cannot be used"))
}
