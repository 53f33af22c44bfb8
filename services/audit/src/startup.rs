//! All wiring: from settings and secrets to a running service.

use crate::{
    Desk,
    actions::{sign_head::sign_head, verify_log::verify_log},
    config::Settings,
    consumers::audit_trail,
    domain::HeadKey,
    routes,
    store::heads,
};
use actix_web::web::Data;
use anyhow::Context;
use mc_access::{Verifier, wall};
use mc_chassis::{
    health::{Component, Evidence, Status, Watched},
    http::{self, Site},
    lifecycle::Lifecycle,
    pools,
    process::{self, App},
    telemetry::Telemetry,
};
use mc_keyring::{Kek, Pseudonym, Seals, Secrets};
use mc_mailbox::Mailbox;
use mc_vocabulary::Clock;
use sqlx::migrate::Migrator;
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

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
    let desk = Data::new(desk(&settings, &secrets, clock).await?);
    pools::require_migrated(&desk.pool, &MIGRATOR, "audit", "audit").await?;
    let lifecycle = Lifecycle::new();
    spawn_workers(&lifecycle, &desk, Duration::from_millis(settings.heads.every_ms));

    let verifier = Data::new(verifier);
    let watched = Arc::new(Watch {
        desk: desk.clone(),
        secrets,
    });
    let data = Arc::new(move |config: &mut actix_web::web::ServiceConfig| {
        config.app_data(desk.clone()).app_data(verifier.clone());
    });
    let site = Site {
        service: "audit",
        about: routes::ABOUT,
        routes: routes::routes,
        data,
        watched,
    };
    App::new(&settings.http, telemetry, site, lifecycle)
}

fn spawn_workers(lifecycle: &Lifecycle, desk: &Data<Desk>, every: Duration) {
    let stopping = || lifecycle.stopping();
    lifecycle.spawn("relay", desk.mailbox.clone().relay(stopping()));
    let (consumer, mailbox) = (Arc::clone(desk), desk.mailbox.clone());
    lifecycle.spawn(
        "audit.trail",
        mailbox.consume(audit_trail::QUEUE, stopping(), move |envelope| {
            let desk = Arc::clone(&consumer);
            async move { audit_trail::handle(&desk, envelope).await }
        }),
    );
    lifecycle.spawn("heads", sign_heads(Arc::clone(desk), every, stopping()));
}

/// Signs a head whenever the log has grown, and once more at the end.
async fn sign_heads(desk: Arc<Desk>, every: Duration, stopping: CancellationToken) {
    loop {
        if let Err(error) = sign_head(&desk).await {
            tracing::warn!(error.message = %error, "no head was signed; it is tried again");
        }
        if stopping.is_cancelled() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            () = stopping.cancelled() => {}
        }
    }
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
    let credentials = secrets.require("database", &["migrate_url"]).await?;
    pools::migrate(credentials.field("migrate_url")?, &MIGRATOR).await?;
    Ok(true)
}

/// `verify`: true only where the log is whole.
///
/// # Errors
/// Where the database or the key's secret cannot be read.
pub async fn verify(settings: Settings, json: bool, run_dir: &Path) -> anyhow::Result<bool> {
    let settings = settings.or_local(run_dir);
    let secrets = Secrets::from_config(&settings.secrets).await?;
    let desk = desk(&settings, &secrets, Clock::System).await?;
    let verdict = verify_log(&desk)
        .await
        .context("the log cannot be read; is the database up? (make up)")?;
    if json {
        println!("{}", serde_json::to_string(&verdict)?);
    } else if let (Some(position), Some(reason)) = (verdict.first_bad, &verdict.reason) {
        println!("the audit log is DAMAGED at event {position}: {reason}");
    } else {
        println!("the audit log is whole: {} events, head {}", verdict.size, verdict.head);
    }
    Ok(verdict.ok)
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

async fn desk(settings: &Settings, secrets: &Secrets, clock: Clock) -> anyhow::Result<Desk> {
    let database = secrets.require("database", &["url"]).await?;
    let broker = secrets.require("broker", &["url"]).await?;
    let pool = pools::postgres(database.field("url")?, &settings.database, "audit")?;
    let broker_url = broker.field("url")?.clone();
    Ok(Desk {
        mailbox: Mailbox::new(
            "audit",
            "audit",
            pool.clone(),
            broker_url,
            &settings.broker.prefix,
            clock.clone(),
        ),
        seals: Seals::new(
            "audit",
            pool.clone(),
            Kek::from_credentials(&secrets.require("sealing-key", &["key_id", "key"]).await?)?,
        ),
        pseudonym: Pseudonym::from_credentials(&secrets.require("blind-index", &["key"]).await?)?,
        head_key: HeadKey::new(&secrets.require("checkpoint-key", &["private_key_pem", "name"]).await?)?,
        head_file: (!settings.heads.file.is_empty()).then(|| settings.heads.file.clone().into()),
        pool,
        clock,
    })
}

/// What health checks see.
struct Watch {
    desk: Data<Desk>,
    secrets: Secrets,
}

#[async_trait::async_trait]
impl Watched for Watch {
    async fn components(&self) -> Vec<Component> {
        let clock = &self.desk.clock;
        let started = Instant::now();
        let (status, detail) = match self
            .secrets
            .require("checkpoint-key", &["private_key_pem", "name"])
            .await
        {
            Ok(_) => (Status::Healthy, format!("provider {}", self.secrets.provider_name())),
            Err(_) => (Status::Unhealthy, "the checkpoint key cannot be read".to_owned()),
        };
        let secrets = pools::component("secrets_manager", status, false, detail, started, clock);
        let (database, post) = tokio::join!(
            pools::database_component(&self.desk.pool, clock),
            self.desk.mailbox.components()
        );
        [vec![database, secrets], post].concat()
    }

    async fn evidence(&self) -> Vec<Evidence> {
        let Some((found, holds)) = newest_head(&self.desk).await else {
            return Vec::new();
        };
        let (privileges, add_only) = privileges(&self.desk)
            .await
            .unwrap_or(("cannot be read".to_owned(), false));
        let now = self.desk.clock.now();
        let evidence = |control: &str, holds, found, method: &str| Evidence {
            control: control.to_owned(),
            holds,
            found,
            method: method.to_owned(),
            checked_at: now,
        };
        vec![
            evidence(
                "audit_logging",
                holds,
                found,
                "the newest signed head, its signature checked",
            ),
            evidence(
                "data_retention",
                add_only,
                privileges,
                "the privileges that Postgres grants the serving role on the log",
            ),
        ]
    }
}

async fn newest_head(desk: &Desk) -> Option<(String, bool)> {
    let mut transaction = wall::begin_as_platform(&desk.pool).await.ok()?;
    let newest = heads::find_newest(&mut transaction).await.ok()?;
    Some(match newest {
        Some((size, note, signed_at)) => (
            format!("{size} events under a head signed at {signed_at}"),
            desk.head_key.read(&note).is_some(),
        ),
        None => ("no event yet".to_owned(), true),
    })
}

/// Nothing is ever removed: retention is at least as long as any rule asks.
async fn privileges(desk: &Desk) -> Option<(String, bool)> {
    let mut transaction = wall::begin_as_platform(&desk.pool).await.ok()?;
    let may_change = crate::store::events::find_may_change(&mut transaction).await.ok()?;
    let found = if may_change {
        "the serving role may change or delete events"
    } else {
        "insert and select only; nothing is ever deleted"
    };
    Some((found.to_owned(), !may_change))
}
