//! The state of audit.

use crate::{
    AppState,
    actions::log::sign_checkpoints,
    config::Settings,
    consumers::{audit_log, notices, tallies},
    domain::{
        Retention,
        detection::{parse_rules, shipped_rules},
    },
    health::Health,
    routes, workers,
};
use actix_web::web::Data;
use anyhow::Context;
use mc_detection::RuleBook;
use mc_keyring::{ExposeSecret, Pseudonym};
use mc_service_kit::{Kit, Service};
use mc_transparency::Signer;
use sqlx::migrate::Migrator;
use std::sync::{Arc, Mutex};
use tokio::sync::{
    mpsc::{self, Receiver},
    watch,
};

/// The schema's migrations.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/audit");

/// Audit.
pub static SERVICE: Service<Settings> = Service {
    name: "audit",
    schema: "audit",
    about: routes::ABOUT,
    routes: routes::routes,
    defaults: include_str!("../config.toml"),
    migrations: &MIGRATIONS,
    build: |kit, settings| Box::pin(build(kit, settings)),
    queues: &[audit_log::QUEUE, tallies::QUEUE, notices::QUEUE],
    database_optional: false,
    cancel_on_disconnect: true,
};

async fn build(kit: &mut Kit, settings: Settings) -> anyhow::Result<()> {
    let (state, notes) = state(kit, &settings).await?;
    let state = Data::new(state);
    let anchors = sign_checkpoints::load_anchors(&state).await;
    anchors.context("the stored checkpoints cannot be read")?;
    workers::add(kit, &state, notes, &settings).await?;
    let health = Health::new(kit, Arc::clone(&state));
    kit.add_probe(Arc::new(health));
    kit.add_data(Data::new(routes::Tails::new(kit.lifecycle().draining())));
    kit.add_data(state);
    Ok(())
}

/// What actions work with, and the checkpoints on their way to the broker's stream.
pub(crate) async fn state(kit: &mut Kit, settings: &Settings) -> anyhow::Result<(AppState, Receiver<String>)> {
    let key = kit.require("checkpoint-key", &["private_key_pem", "name"]).await?;
    let field = |name| anyhow::Ok(key.field(name)?.expose_secret().to_owned());
    let signer = Signer::from_pem(&field("private_key_pem")?, &field("name")?)
        .context("secret checkpoint-key: expected an Ed25519 private key in PKCS#8 PEM and a name")?;
    let folder = &settings.checkpoints.folder;
    let (notes, unpublished) = mpsc::channel(1_000);
    let state = AppState {
        mailbox: kit.mailbox().await?,
        idempotency: kit.idempotency(),
        seals: kit.seals().await?,
        pseudonym: Pseudonym::from_credentials(&kit.require("blind-index", &["key"]).await?)?,
        signer,
        anchors: Mutex::default(),
        checkpoint_folder: (!folder.is_empty()).then(|| folder.into()),
        retention: Retention::new(settings.retention.years)?,
        notes,
        appended: watch::Sender::new(kit.clock().now()),
        rules: Arc::new(rules(&settings.detection.rules_file)?),
        pool: kit.pool().clone(),
        worker_pool: kit.worker_pool().clone(),
        long_reads: kit.long_reads()?,
        clock: kit.clock(),
    };
    Ok((state, unpublished))
}

fn rules(file: &str) -> anyhow::Result<RuleBook> {
    if file.is_empty() {
        return Ok(shipped_rules()?);
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("the rules file {file} cannot be read"))?;
    parse_rules(&text).with_context(|| format!("the rules file {file} cannot be used"))
}
