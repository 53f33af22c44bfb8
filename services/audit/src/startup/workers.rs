//! What goes on in the background.

use crate::{
    AppState,
    actions::{
        compliance::reconcile_open_tallies,
        log::{maintenance::create_partitions, sign_checkpoints},
        reports::build_report,
    },
    consumers::{audit_log, tallies},
    gateway::checkpoint_stream,
};
use actix_web::web::Data;
use mc_chassis::lifecycle::Lifecycle;
use std::{future::Future, sync::Arc, time::Duration};
use tokio::sync::mpsc::Receiver;
use tokio_util::sync::CancellationToken;

/// Starts them all.
pub fn spawn(lifecycle: &Lifecycle, state: &Data<AppState>, notes: Receiver<String>, sign_every: Duration) {
    let stopping = || lifecycle.stopping();
    let mailbox = || state.mailbox.clone();
    let shared = || Arc::clone(state);
    lifecycle.spawn("relay", mailbox().relay(stopping()));
    let consumer = shared();
    lifecycle.spawn(
        "audit.log",
        mailbox().consume_in_batches(audit_log::QUEUE, audit_log::BATCH, stopping(), move |envelopes| {
            let state = Arc::clone(&consumer);
            async move { audit_log::handle(&state, &envelopes).await }
        }),
    );
    let consumer = shared();
    lifecycle.spawn(
        "audit.tallies",
        mailbox().consume(tallies::QUEUE, stopping(), move |envelope| {
            let state = Arc::clone(&consumer);
            async move { tallies::handle(&state, envelope).await }
        }),
    );
    lifecycle.spawn("reports", build_reports(shared(), stopping()));
    let (signer, signing) = (shared(), every(sign_every, stopping(), shared(), sign));
    lifecycle.spawn("checkpoints", async move {
        if let Err(error) = sign_checkpoints::load_anchors_from_stream(&signer).await {
            tracing::warn!(error.message = %error, "what the stream says was signed is not compared");
        }
        signing.await;
    });
    lifecycle.spawn(
        "checkpoint stream",
        checkpoint_stream::publish(mailbox(), notes, stopping()),
    );
    lifecycle.spawn(
        "tallies again",
        every(Duration::from_mins(1), stopping(), shared(), compare),
    );
    lifecycle.spawn("months", every(Duration::from_hours(1), stopping(), shared(), months));
}

/// Does `work` every `pause`, at once and once more at the end. What fails is tried again the next time.
async fn every<W, F>(pause: Duration, stopping: CancellationToken, state: Arc<AppState>, work: W)
where
    W: Fn(Arc<AppState>) -> F,
    F: Future<Output = ()>,
{
    loop {
        work(Arc::clone(&state)).await;
        if stopping.is_cancelled() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stopping.cancelled() => {}
        }
    }
}

/// Makes reports, step by step, for as long as there are any.
async fn build_reports(state: Arc<AppState>, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        match build_report::execute(&state).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(error.message = %error, "a report got no further; it is tried again"),
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
            () = stopping.cancelled() => {}
        }
    }
}

async fn sign(state: Arc<AppState>) {
    if let Err(error) = sign_checkpoints::execute(&state).await {
        tracing::warn!(error.message = %error, "no checkpoint was signed; it is tried again");
    }
}

async fn compare(state: Arc<AppState>) {
    match reconcile_open_tallies::execute(&state).await {
        Ok(open) => {
            for tally in open {
                tracing::error!(service.name = tally.service, tally.recorded, tally.logged, tally.since = %tally.since, tally.until = %tally.until,
                    "a service recorded what the log does not have");
            }
        }
        Err(error) => tracing::warn!(error.message = %error, "tallies are not compared; it is tried again"),
    }
}

async fn months(state: Arc<AppState>) {
    if let Err(error) = create_partitions::execute(&state.pool, &state.clock).await {
        tracing::warn!(error.message = %error, "the months ahead are not there; it is tried again");
    }
}
