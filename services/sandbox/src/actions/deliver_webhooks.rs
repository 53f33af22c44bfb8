//! Delivers webhooks until each is accepted: at least once, signed, with back-off.

use super::meet_fault::meet_fault;
use crate::{
    AppState,
    domain::fault::{Fault, Target},
    store::webhooks::{self, Delivery},
};
use chrono::Duration;
use std::{sync::Arc, time};
use tokio_util::sync::CancellationToken;

/// Deliveries taken at once.
const BATCH: i64 = 4;
/// How long a delivery that was taken stays out of others' hands.
const LEASE: Duration = Duration::seconds(30);
/// How often the queue is looked at where nobody wakes us.
const IDLE: time::Duration = time::Duration::from_millis(200);

/// Delivers until the process stops.
pub async fn deliver_webhooks(state: Arc<AppState>, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        match deliver_due(&state, &stopping).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => tracing::warn!(%error, "webhooks could not be looked at"),
        }
        tokio::select! {
            () = stopping.cancelled() => break,
            () = state.webhooks.notified() => {}
            () = tokio::time::sleep(IDLE) => {}
        }
    }
}

/// Attempts every delivery that is due; how many those were.
async fn deliver_due(state: &AppState, stopping: &CancellationToken) -> Result<usize, sqlx::Error> {
    let now = state.clock.now();
    let mut transaction = state.pool.begin().await?;
    let due = webhooks::update_claimed(&mut transaction, BATCH, now, now + LEASE).await?;
    transaction.commit().await?;
    for delivery in &due {
        if stopping.is_cancelled() {
            postpone(state, delivery, 0, Duration::zero()).await?;
        } else {
            deliver(state, delivery).await?;
        }
    }
    Ok(due.len())
}

async fn deliver(state: &AppState, delivery: &Delivery) -> Result<(), sqlx::Error> {
    if meet_fault(state, Target::Stripe, |fault| fault == Fault::WebhooksHeld)
        .await?
        .is_some()
    {
        return postpone(state, delivery, 0, Duration::milliseconds(500)).await;
    }
    let accepted = state.receiver.post(&delivery.body, state.clock.now()).await;
    if !accepted {
        let settings = &state.settings.stripe;
        let doubled = settings
            .retry_first_ms
            .saturating_mul(1 << delivery.attempts.clamp(0, 20));
        let wait_ms = i64::try_from(doubled.min(settings.retry_max_ms)).unwrap_or(i64::MAX);
        return postpone(state, delivery, 1, Duration::milliseconds(wait_ms)).await;
    }
    if meet_fault(state, Target::Stripe, |fault| fault == Fault::WebhooksDoubled)
        .await?
        .is_some()
    {
        // The same event again, under a signature of its own, whatever the receiver says to it.
        state.receiver.post(&delivery.body, state.clock.now()).await;
    }
    let mut transaction = state.pool.begin().await?;
    webhooks::update_delivered(&mut transaction, delivery.id, state.clock.now()).await?;
    transaction.commit().await
}

async fn postpone(state: &AppState, delivery: &Delivery, attempt: i32, wait: Duration) -> Result<(), sqlx::Error> {
    let mut transaction = state.pool.begin().await?;
    webhooks::update_due(&mut transaction, delivery.id, attempt, state.clock.now() + wait).await?;
    transaction.commit().await
}
