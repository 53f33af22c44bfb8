//! All wiring: from settings and secrets to a running service.

use crate::{
    Desk,
    actions::{charge_due::charge_due, tell_breaker_change::tell_breaker_change},
    config::Settings,
    consumers::consents,
    gateway::stripe::{FIELDS, Stripe},
    routes,
    store::payments,
};
use actix_web::web::Data;
use mc_access::{Verifier, wall};
use mc_chassis::{
    health::{Component, Evidence, Status, Watched},
    http::{self, Site},
    lifecycle::Lifecycle,
    pools,
    process::{self, App},
    telemetry::Telemetry,
};
use mc_keyring::{Kek, Seals, Secrets};
use mc_mailbox::Mailbox;
use mc_upstream::{BreakerChange, Hooks, Upstream};
use mc_vocabulary::Clock;
use sqlx::migrate::Migrator;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_util::sync::CancellationToken;

/// The schema's history.
pub static MIGRATOR: Migrator = sqlx::migrate!("../../migrations/billing");

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
    secrets.require("stripe", FIELDS).await?;
    let (changes, changed) = unbounded_channel();
    let hooks = Hooks {
        breaker_changes: Some(changes),
        redis: None,
    };
    let stripe = Upstream::new("stripe", settings.stripe.upstream.clone(), clock.clone(), hooks)?;
    let stripe = Stripe::new(stripe, secrets.clone());
    let desk = Data::new(desk(&settings, &secrets, stripe, clock).await?);
    pools::require_migrated(&desk.pool, &MIGRATOR, "billing", "billing").await?;
    let lifecycle = Lifecycle::new();
    spawn_workers(&lifecycle, &desk, changed);

    let verifier = Data::new(verifier);
    let watched = Arc::new(Watch {
        desk: desk.clone(),
        secrets,
    });
    let data = Arc::new(move |config: &mut actix_web::web::ServiceConfig| {
        config.app_data(desk.clone()).app_data(verifier.clone());
    });
    let site = Site {
        service: "billing",
        about: routes::ABOUT,
        routes: routes::routes,
        data,
        watched,
        hangs_up_with_caller: false,
    };
    App::new(&settings.http, telemetry, site, lifecycle)
}

fn spawn_workers(lifecycle: &Lifecycle, desk: &Data<Desk>, changed: UnboundedReceiver<BreakerChange>) {
    let stopping = || lifecycle.stopping();
    lifecycle.spawn("relay", desk.mailbox.clone().relay(stopping()));
    let (consumer, mailbox) = (Arc::clone(desk), desk.mailbox.clone());
    lifecycle.spawn(
        "billing.consents",
        mailbox.consume(consents::QUEUE, stopping(), move |envelope| {
            let desk = Arc::clone(&consumer);
            async move { consents::handle(&desk, envelope).await }
        }),
    );
    lifecycle.spawn("charges", charge_all_due(Arc::clone(desk), stopping()));
    lifecycle.spawn("breaker", tell_breaker_changes(Arc::clone(desk), changed, stopping()));
}

/// Charges what is due, one after the other; looks again every half second.
async fn charge_all_due(desk: Arc<Desk>, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        match charge_due(&desk).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(error.message = %error, "due payments wait"),
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
            () = stopping.cancelled() => {}
        }
    }
}

/// Tells the others how Stripe's breaker stands.
async fn tell_breaker_changes(
    desk: Arc<Desk>,
    mut changed: UnboundedReceiver<BreakerChange>,
    stopping: CancellationToken,
) {
    loop {
        let change = tokio::select! {
            change = changed.recv() => match change { Some(change) => change, None => return },
            () = stopping.cancelled() => return,
        };
        if let Err(error) = tell_breaker_change(&desk, change).await {
            tracing::warn!(error.message = %error, "a change of the breaker was not told");
        }
    }
}

/// `serve`.
///
/// # Errors
/// See [`build`] and [`process::serve`].
pub async fn serve(settings: Settings) -> anyhow::Result<bool> {
    let telemetry = settings.telemetry.clone();
    process::serve("billing", &telemetry, async |telemetry| {
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

async fn desk(settings: &Settings, secrets: &Secrets, stripe: Stripe, clock: Clock) -> anyhow::Result<Desk> {
    let database = secrets.require("database", &["url"]).await?;
    let broker = secrets.require("broker", &["url"]).await?;
    let pool = pools::postgres(database.field("url")?, &settings.database, "billing")?;
    let broker_url = broker.field("url")?.clone();
    let method = &settings.stripe.default_payment_method;
    Ok(Desk {
        mailbox: Mailbox::new(
            "billing",
            "billing",
            pool.clone(),
            broker_url,
            &settings.broker.prefix,
            clock.clone(),
        ),
        seals: Seals::new(
            "billing",
            pool.clone(),
            Kek::from_credentials(&secrets.require("sealing-key", &["key_id", "key"]).await?)?,
        ),
        stripe,
        default_payment_method: (!method.is_empty()).then(|| method.clone()),
        reconcile_after: chrono::Duration::milliseconds(settings.stripe.reconcile_after_ms),
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
        let (status, detail) = match self.secrets.require("stripe", FIELDS).await {
            Ok(_) => (Status::Healthy, format!("provider {}", self.secrets.provider_name())),
            Err(_) => (Status::Unhealthy, "the credentials of Stripe cannot be read".to_owned()),
        };
        let secrets = pools::component("secrets_manager", status, false, detail, started, clock);
        let (database, stripe, post) = tokio::join!(
            pools::database_component(&self.desk.pool, clock),
            stripe_component(&self.desk),
            self.desk.mailbox.components(),
        );
        [vec![database, secrets, stripe], post].concat()
    }

    async fn evidence(&self) -> Vec<Evidence> {
        let now = self.desk.clock.now();
        let evidence = |control: &str, holds, found: String, method: &str| Evidence {
            control: control.to_owned(),
            holds,
            found,
            method: method.to_owned(),
            checked_at: now,
        };
        let https = self.desk.stripe.upstream().base_url().scheme() == "https";
        let mut found = vec![evidence(
            "encryption_in_transit",
            https,
            format!(
                "Stripe is called over {}",
                self.desk.stripe.upstream().base_url().scheme()
            ),
            "the address in use; TLS 1.2 is the floor of the client",
        )];
        if let Some((all, sealed)) = sealed_contexts(&self.desk).await {
            let says = format!("{sealed} of {all} stored payment contexts are sealed with AES-256-GCM");
            found.push(evidence(
                "encryption_at_rest",
                all == sealed,
                says,
                "the stored bytes of the newest rows",
            ));
        }
        found
    }
}

async fn stripe_component(desk: &Desk) -> Component {
    let started = Instant::now();
    let probe = desk.stripe.probe().await;
    let breaker = desk.stripe.upstream().snapshot().state;
    let waiting = pending(desk).await;
    let (status, detail) = match (probe.ok, waiting) {
        (true, Some(0)) => (Status::Healthy, "answers".to_owned()),
        (true, Some(waiting)) => (
            Status::Degraded,
            format!("answers; {waiting} payments are being charged"),
        ),
        (true, None) => (Status::Degraded, "answers; payments cannot be counted".to_owned()),
        (false, waiting) => {
            let kind = probe.error_kind.unwrap_or("refuses");
            (
                Status::Unhealthy,
                format!("{kind}; {} payments wait", waiting.unwrap_or_default()),
            )
        }
    };
    let mut component = pools::component("stripe", status, false, detail, started, &desk.clock);
    component.breaker = Some(breaker.as_str().to_owned());
    component
}

async fn pending(desk: &Desk) -> Option<i64> {
    let mut transaction = wall::begin_as_platform(&desk.pool).await.ok()?;
    payments::count_pending(&mut transaction).await.ok()
}

async fn sealed_contexts(desk: &Desk) -> Option<(usize, usize)> {
    let mut transaction = wall::begin_as_platform(&desk.pool).await.ok()?;
    let stored = payments::list_contexts(&mut transaction, 100).await.ok()?;
    Some((
        stored.len(),
        stored.iter().filter(|context| mc_keyring::is_sealed(context)).count(),
    ))
}
