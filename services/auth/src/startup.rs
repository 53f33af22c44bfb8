//! The state of auth.

use crate::{
    AppState,
    actions::check_session::StoredSessions,
    config::Settings,
    domain::{Signer, TokenLifetimes},
    health::Health,
    routes,
};
use actix_web::web::Data;
use chrono::Duration;
use mc_access::{AccessSettings, Verifier};
use mc_keyring::BlindIndex;
use mc_service_kit::{Kit, Service};
use sqlx::migrate::Migrator;
use std::sync::Arc;

/// Longest lifetime of an access token, in seconds: less than the twenty minutes of broadcasts that
/// a process hears when it starts.
const MAX_ACCESS_S: i64 = 900;

/// The schema's migrations.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/auth");

/// Auth.
pub static SERVICE: Service<Settings> = Service {
    name: "auth",
    schema: "auth",
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
    let state = Data::new(state(kit, &settings).await?);
    // Auth verifies with its own public keys; there is no JWKS to fetch.
    let access = AccessSettings {
        jwks_url: String::new(),
        issuer: settings.tokens.issuer,
        audience: settings.tokens.audience,
    };
    let verifier = Verifier::with_keys(access, state.signer.public(), kit.clock());
    kit.set_verifier(verifier.with_source(Arc::new(StoredSessions {
        pool: kit.pool().clone(),
        clock: kit.clock(),
    })));
    kit.add_probe(Arc::new(Health::new(Arc::clone(&state))));
    kit.add_data(state);
    Ok(())
}

/// The state, for serving and for subcommands.
pub(crate) async fn state(kit: &mut Kit, settings: &Settings) -> anyhow::Result<AppState> {
    let signing = kit.require("signing-key", &["private_key_pem", "kid"]).await?;
    let index = kit.require("blind-index", &["key"]).await?;
    anyhow::ensure!(
        (1..=MAX_ACCESS_S).contains(&settings.tokens.access_s),
        "setting tokens.access_s must be 1 to {MAX_ACCESS_S}"
    );
    Ok(AppState {
        mailbox: kit.mailbox().await?,
        idempotency: kit.idempotency(),
        seals: kit.seals().await?,
        blind_index: BlindIndex::from_credentials(&index)?,
        signer: Signer::new(&signing, &settings.tokens.issuer, &settings.tokens.audience)?,
        lifetimes: TokenLifetimes {
            access: Duration::seconds(settings.tokens.access_s),
            session: Duration::seconds(settings.tokens.session_s),
        },
        refuse_code_replay: settings.second_factor.refuse_replay,
        pool: kit.pool().clone(),
        worker_pool: kit.worker_pool().clone(),
        clock: kit.clock(),
    })
}
