//! All wiring: from settings and secrets to a running service.

use crate::{
    AppState,
    actions::bootstrap::bootstrap as bootstrapping,
    config::Settings,
    domain::{Password, Signer, TokenLife},
    routes,
};
use actix_web::web::Data;
use anyhow::Context;
use chrono::Duration;
use mc_access::{AccessSettings, Verifier};
use mc_chassis::{
    health::{Component, Evidence, HealthProbe, Status},
    http::{self, Site},
    lifecycle::Lifecycle,
    pools,
    process::{self, App},
    telemetry::Telemetry,
};
use mc_keyring::{BlindIndex, Kek, Seals, Secrets};
use mc_mailbox::Mailbox;
use mc_vocabulary::Clock;
use sqlx::{PgPool, migrate::Migrator};
use std::{path::Path, sync::Arc, time::Instant};

/// The schema's history.
pub static MIGRATOR: Migrator = sqlx::migrate!("../../migrations/auth");

/// Wires everything and takes the port.
///
/// # Errors
/// Naming the setting or secret that is wrong, or the part that does not answer.
pub async fn build(
    settings: Settings,
    secrets: Secrets,
    clock: Clock,
    telemetry: Arc<Telemetry>,
) -> anyhow::Result<App> {
    let state = Data::new(state(&settings, &secrets, clock).await?);
    pools::require_migrated(&state.pool, &MIGRATOR, "auth", "auth").await?;
    let access = AccessSettings {
        jwks_url: String::new(),
        issuer: settings.tokens.issuer.clone(),
        audience: settings.tokens.audience.clone(),
    };
    let verifier = Data::new(Verifier::with_keys(access, state.signer.public(), state.clock.clone()));
    let lifecycle = Lifecycle::new();
    lifecycle.spawn("relay", state.mailbox.clone().relay(lifecycle.stopping()));

    let watched = Arc::new(Watch {
        state: state.clone(),
        secrets,
    });
    let data = Arc::new(move |config: &mut actix_web::web::ServiceConfig| {
        config.app_data(state.clone()).app_data(verifier.clone());
    });
    let site = Site {
        service: "auth",
        about: routes::ABOUT,
        routes: routes::routes,
        data,
        health: watched,
        cancel_on_disconnect: false,
    };
    App::new(&settings.http, telemetry, site, lifecycle)
}

/// `serve`.
///
/// # Errors
/// See [`build`] and [`process::serve`].
pub async fn serve(settings: Settings) -> anyhow::Result<bool> {
    let telemetry = settings.telemetry.clone();
    process::serve("auth", &telemetry, async |telemetry| {
        let secrets = Secrets::from_config(&settings.secrets).await?;
        build(settings, secrets, Clock::System, telemetry).await
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

/// `bootstrap`: prints `{"organization_id": …}`.
///
/// # Errors
/// Where the password file cannot be read or the store refuses.
pub async fn bootstrap(
    settings: &Settings,
    organization: String,
    email: String,
    password_file: &Path,
) -> anyhow::Result<bool> {
    let secrets = Secrets::from_config(&settings.secrets).await?;
    let state = state(settings, &secrets, Clock::System).await?;
    let password = std::fs::read_to_string(password_file).with_context(|| password_file.display().to_string())?;
    let organization_id = bootstrapping(
        &state,
        &organization,
        email,
        Password::new(password.trim_end().to_owned().into()),
    )
    .await?;
    println!("{}", serde_json::json!({ "organization_id": organization_id }));
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

async fn state(settings: &Settings, secrets: &Secrets, clock: Clock) -> anyhow::Result<AppState> {
    let database = secrets.require("database", &["url"]).await?;
    let broker = secrets.require("broker", &["url"]).await?;
    let signing = secrets.require("signing-key", &["private_key_pem", "kid"]).await?;
    let pool = pools::postgres(database.field("url")?, &settings.database, "auth")?;
    Ok(AppState {
        mailbox: Mailbox::new(
            "auth",
            "auth",
            pool.clone(),
            broker.field("url")?.clone(),
            &settings.broker.prefix,
            clock.clone(),
        ),
        seals: Seals::new(
            "auth",
            pool.clone(),
            Kek::from_credentials(&secrets.require("sealing-key", &["key_id", "key"]).await?)?,
        ),
        emails: BlindIndex::from_credentials(&secrets.require("blind-index", &["key"]).await?)?,
        signer: Signer::new(&signing, &settings.tokens.issuer, &settings.tokens.audience)?,
        life: TokenLife {
            access: Duration::seconds(settings.tokens.access_s),
            session: Duration::seconds(settings.tokens.session_s),
        },
        refuse_code_replay: settings.second_factor.refuse_replay,
        pool,
        clock,
    })
}

/// What health checks see.
struct Watch {
    state: Data<AppState>,
    secrets: Secrets,
}

#[async_trait::async_trait]
impl HealthProbe for Watch {
    async fn components(&self) -> Vec<Component> {
        let clock = &self.state.clock;
        let started = Instant::now();
        let (status, detail) = match self.secrets.require("signing-key", &["private_key_pem", "kid"]).await {
            Ok(_) => (Status::Healthy, format!("provider {}", self.secrets.provider_name())),
            Err(_) => (Status::Unhealthy, "the signing key cannot be read".to_owned()),
        };
        let secrets = pools::component("secrets_manager", status, false, detail, started, clock);
        let (database, post) = tokio::join!(
            pools::database_component(&self.state.pool, clock),
            self.state.mailbox.components()
        );
        [vec![database, secrets], post].concat()
    }

    async fn evidence(&self) -> Vec<Evidence> {
        let now = self.state.clock.now();
        let provider = self.secrets.provider_name();
        let mut evidence = vec![
            Evidence {
                control: "secrets_management".to_owned(),
                holds: provider == "aws_secrets_manager",
                found: format!("provider {provider}"),
                method: "the provider that gave the signing key".to_owned(),
                checked_at: now,
            },
            Evidence {
                control: "api_authentication".to_owned(),
                holds: true,
                found: format!(
                    "ES256, {} key(s), tokens live {} s",
                    self.state.signer.public().keys.len(),
                    self.state.life.access.num_seconds()
                ),
                method: "the signer in use".to_owned(),
                checked_at: now,
            },
        ];
        if let Some(row) = sealed_emails(&self.state.pool).await {
            evidence.push(Evidence {
                control: "encryption_at_rest".to_owned(),
                holds: row.0 == row.1,
                found: format!(
                    "{} of {} stored e-mail addresses are sealed with AES-256-GCM",
                    row.1, row.0
                ),
                method: "the stored bytes of the newest rows".to_owned(),
                checked_at: now,
            });
        }
        evidence
    }
}

/// How many of the newest addresses there are, and how many of them are sealed.
async fn sealed_emails(pool: &PgPool) -> Option<(usize, usize)> {
    let mut transaction = mc_access::tenancy::begin_as_platform(pool).await.ok()?;
    let values = crate::store::users::list_sealed_emails(&mut transaction, 100)
        .await
        .ok()?;
    Some((
        values.len(),
        values.iter().filter(|value| mc_keyring::is_sealed(value)).count(),
    ))
}
