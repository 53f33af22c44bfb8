//! What runs in the background: consumers of queues, and steps that are repeated.

mod detection;

use crate::{
    AppState,
    actions::{
        compliance::reconcile_open_tallies,
        log::{maintenance::create_partitions, sign_checkpoints},
        reports::build_report,
    },
    config::Settings,
    consumers::{audit_log, notices, tallies},
    gateway::checkpoint_stream,
};
use mc_service_kit::{Kit, Next, Worker};
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc::Receiver;

/// Adds them all to the kit. `notes` are checkpoints on their way to the broker's stream.
pub async fn add(
    kit: &mut Kit,
    state: &Arc<AppState>,
    notes: Receiver<String>,
    settings: &Settings,
) -> anyhow::Result<()> {
    kit.consume_in_batches(
        audit_log::QUEUE,
        audit_log::BATCH,
        state,
        |state, envelopes| async move { audit_log::handle(&state, &envelopes).await },
    )
    .await?;
    kit.consume(tallies::QUEUE, state, |state, envelope| async move {
        tallies::handle(&state, envelope).await
    })
    .await?;
    kit.consume(notices::QUEUE, state, |_, envelope| async move {
        notices::handle(&envelope)
    })
    .await?;
    let stopping = kit.lifecycle().stopping();
    kit.spawn(
        "checkpoint stream",
        checkpoint_stream::publish(state.mailbox.clone(), notes, stopping.clone()),
    );
    let signer = Arc::clone(state);
    let signing = Worker::every("checkpoints", Duration::from_millis(settings.checkpoints.every_ms)).with_last_turn();
    kit.spawn("checkpoints", async move {
        if let Err(error) = sign_checkpoints::load_anchors_from_stream(&signer).await {
            tracing::warn!(error.message = %error, "the checkpoints of the broker's stream are not compared");
        }
        let step = |_| async { sign_checkpoints::execute(&signer).await.map(|_| Next::Idle) };
        signing.run(stopping, step).await;
    });
    kit.worker(
        Worker::every("reports", Duration::from_millis(500)).with_step_limit(Duration::from_hours(2)),
        state,
        |state, _| async move {
            let worked = build_report::execute(&state).await?;
            Ok::<_, build_report::BuildReportError>(if worked { Next::Now } else { Next::Idle })
        },
    );
    kit.worker(
        Worker::every("open tallies", Duration::from_mins(1)),
        state,
        |state, _| async move { reconcile(&state).await },
    );
    kit.worker(
        Worker::every("partitions", Duration::from_hours(1)),
        state,
        |state, _| async move {
            create_partitions::execute(&state.worker_pool, &state.clock)
                .await
                .map(|()| Next::Idle)
        },
    );
    detection::add(kit, state, &settings.detection);
    Ok(())
}

/// Counts again what services recorded and the log does not have, and reports what is still
/// missing.
async fn reconcile(state: &AppState) -> Result<Next, sqlx::Error> {
    for tally in reconcile_open_tallies::execute(state).await? {
        tracing::error!(
            service.name = tally.service, tally.recorded, tally.logged,
            tally.since = %tally.since, tally.until = %tally.until,
            "a service recorded events that the log does not have"
        );
    }
    Ok(Next::Idle)
}
