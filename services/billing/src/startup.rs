//! All wiring: from settings and secrets to a running service.

use crate::{
    AppState,
    actions::{charge_due::charge_due, publish_breaker_change::publish_breaker_change},
    config::Settings,
    consumers::consents,
    gateway::stripe::{FIELDS, Stripe},
    routes,
    store::payments,
};
use actix_web::web::Data;
use mc_access::{Verifier, tenancy};
use mc_chassis::{
    health::{Component, Evidence, HealthProbe, Status},
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
    let state = Data::new(state(&settings, &secrets, stripe, clock).await?);
    pools::require_migrated(&state.pool, &MIGRATOR, "billing", "billing").await?;
    let lifecycle = Lifecycle::new();
    spawn_workers(&lifecycle, &state, changed);

    let verifier = Data::new(verifier);
    let watched = Arc::new(Watch {
        state: state.clone(),
        secrets,
    });
    let data = Arc::new(move |config: &mut actix_web::web::ServiceConfig| {
        config.app_data(state.clone()).app_data(verifier.clone());
    });
    let site = Site {
        service: "billing",
        about: routes::ABOUT,
        routes: routes::routes,
        data,
        watched,
        cancel_on_disconnect: false,
    };
    App::new(&settings.http, telemetry, site, lifecycle)
}

fn spawn_workers(lifecycle: &Lifecycle, state: &Data<AppState>, changed: UnboundedReceiver<BreakerChange>) {
    let stopping = || lifecycle.stopping();
    lifecycle.spawn("relay", state.mailbox.clone().relay(stopping()));
    let (consumer, mailbox) = (Arc::clone(state), state.mailbox.clone());
    lifecycle.spawn(
        "billing.consents",
        mailbox.consume(consents::QUEUE, stopping(), move |envelope| {
            let state = Arc::clone(&consumer);
            async move { consents::handle(&state, envelope).await }
        }),
    );
    lifecycle.spawn("charges", charge_all_due(Arc::clone(state), stopping()));
    lifecycle.spawn(
        "breaker",
        publish_breaker_changes(Arc::clone(state), changed, stopping()),
    );
}

/// Charges what is due, one after the other; looks again every half second.
async fn charge_all_due(state: Arc<AppState>, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        match charge_due(&state).await {
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
async fn publish_breaker_changes(
    state: Arc<AppState>,
    mut changed: UnboundedReceiver<BreakerChange>,
    stopping: CancellationToken,
) {
    loop {
        let change = tokio::select! {
            change = changed.recv() => match change { Some(change) => change, None => return },
            () = stopping.cancelled() => return,
        };
        if let Err(error) = publish_breaker_change(&state, change).await {
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
    let credentials = secrets.require("database", &["migrate_url"]).await?;
    pools::migrate(credentials.field("migrate_url")?, &MIGRATOR).await?;
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

async fn state(settings: &Settings, secrets: &Secrets, stripe: Stripe, clock: Clock) -> anyhow::Result<AppState> {
    let database = secrets.require("database", &["url"]).await?;
    let broker = secrets.require("broker", &["url"]).await?;
    let pool = pools::postgres(database.field("url")?, &settings.database, "billing")?;
    let broker_url = broker.field("url")?.clone();
    let method = &settings.stripe.default_payment_method;
    Ok(AppState {
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
    state: Data<AppState>,
    secrets: Secrets,
}

#[async_trait::async_trait]
impl HealthProbe for Watch {
    async fn components(&self) -> Vec<Component> {
        let clock = &self.state.clock;
        let started = Instant::now();
        let (status, detail) = match self.secrets.require("stripe", FIELDS).await {
            Ok(_) => (Status::Healthy, format!("provider {}", self.secrets.provider_name())),
            Err(_) => (Status::Unhealthy, "the credentials of Stripe cannot be read".to_owned()),
        };
        let secrets = pools::component("secrets_manager", status, false, detail, started, clock);
        let (database, stripe, post) = tokio::join!(
            pools::database_component(&self.state.pool, clock),
            stripe_component(&self.state),
            self.state.mailbox.components(),
        );
        [vec![database, secrets, stripe], post].concat()
    }

    async fn evidence(&self) -> Vec<Evidence> {
        let now = self.state.clock.now();
        let evidence = |control: &str, holds, found: String, method: &str| Evidence {
            control: control.to_owned(),
            holds,
            found,
            method: method.to_owned(),
            checked_at: now,
        };
        let https = self.state.stripe.upstream().base_url().scheme() == "https";
        let mut found = vec![evidence(
            "encryption_in_transit",
            https,
            format!(
                "Stripe is called over {}",
                self.state.stripe.upstream().base_url().scheme()
            ),
            "the address in use; TLS 1.2 is the floor of the client",
        )];
        if let Some((all, sealed)) = sealed_contexts(&self.state).await {
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

async fn stripe_component(state: &AppState) -> Component {
    let started = Instant::now();
    let probe = state.stripe.probe().await;
    let breaker = state.stripe.upstream().snapshot().state;
    let waiting = pending(state).await;
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
    let mut component = pools::component("stripe", status, false, detail, started, &state.clock);
    component.breaker = Some(breaker.as_str().to_owned());
    component
}

async fn pending(state: &AppState) -> Option<i64> {
    let mut transaction = tenancy::begin_as_platform(&state.pool).await.ok()?;
    payments::count_pending(&mut transaction).await.ok()
}

async fn sealed_contexts(state: &AppState) -> Option<(usize, usize)> {
    let mut transaction = tenancy::begin_as_platform(&state.pool).await.ok()?;
    let stored = payments::list_contexts(&mut transaction, 100).await.ok()?;
    Some((
        stored.len(),
        stored.iter().filter(|context| mc_keyring::is_sealed(context)).count(),
    ))
}
