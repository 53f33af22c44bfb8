//! The state of billing and its workers.

use crate::{
    AppState,
    actions::{
        SettleError, undo_surplus,
        work_off_due::{self, Remaining},
    },
    config::Settings,
    consumers::consents,
    gateway::stripe::{FIELDS, Stripe},
    health::Health,
    routes,
};
use actix_web::web::Data;
use mc_service_kit::{Kit, Next, Service, Worker};
use sqlx::migrate::Migrator;
use std::{sync::Arc, time::Duration};

/// The schema's migrations.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/billing");

/// The service billing.
pub static SERVICE: Service<Settings> = Service {
    name: "billing",
    schema: "billing",
    about: routes::ABOUT,
    routes: routes::routes,
    defaults: include_str!("../config.toml"),
    migrations: &MIGRATIONS,
    build: |kit, settings| Box::pin(build(kit, settings)),
    queues: &[consents::QUEUE],
    database_optional: false,
    cancel_on_disconnect: false,
};

async fn build(kit: &mut Kit, settings: Settings) -> anyhow::Result<()> {
    let settings = settings.stripe;
    kit.require("stripe", FIELDS).await?;
    let upstream = kit.upstream("stripe", settings.upstream)?;
    let method = settings.default_payment_method;
    let state = Data::new(AppState {
        mailbox: kit.mailbox().await?,
        idempotency: kit.idempotency(),
        seals: kit.seals().await?,
        stripe: Stripe::new(upstream, kit.secrets()),
        default_payment_method: (!method.is_empty()).then_some(method),
        reconcile_after: chrono::Duration::milliseconds(settings.reconcile_after_ms),
        abandon_after: chrono::Duration::milliseconds(settings.abandon_after_ms),
        pool: kit.pool().clone(),
        worker_pool: kit.worker_pool().clone(),
        clock: kit.clock(),
    });
    kit.consume(consents::QUEUE, &state, |state, envelope| async move {
        consents::handle(&state, envelope).await
    })
    .await?;
    kit.worker(
        Worker::every("charges", Duration::from_millis(500)),
        &state,
        |state, _| async move {
            Ok::<_, SettleError>(match work_off_due::execute(&state).await? {
                Remaining::More => Next::Now,
                Remaining::Nothing => Next::Idle,
                Remaining::Suspended(wait) => Next::After(wait),
            })
        },
    );
    kit.worker(
        Worker::every("surplus", Duration::from_secs(1)),
        &state,
        |state, _| async move {
            Ok::<_, SettleError>(if undo_surplus::execute(&state).await? {
                Next::Now
            } else {
                Next::Idle
            })
        },
    );
    let health = Health::new(kit, Arc::clone(&state));
    kit.add_probe(Arc::new(health));
    kit.add_data(state);
    Ok(())
}
