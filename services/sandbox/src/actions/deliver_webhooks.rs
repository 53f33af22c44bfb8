//! Delivers webhooks until each is accepted: at least once, signed, with back-off.

use super::meet_fault::meet_fault;
use crate::{
    Desk,
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
pub async fn deliver_webhooks(desk: Arc<Desk>, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        match deliver_due(&desk, &stopping).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => tracing::warn!(%error, "webhooks could not be looked at"),
        }
        tokio::select! {
            () = stopping.cancelled() => break,
            () = desk.webhooks.notified() => {}
            () = tokio::time::sleep(IDLE) => {}
        }
    }
}

/// Attempts every delivery that is due; how many those were.
async fn deliver_due(desk: &Desk, stopping: &CancellationToken) -> Result<usize, sqlx::Error> {
    let now = desk.clock.now();
    let mut transaction = desk.pool.begin().await?;
    let due = webhooks::update_claimed(&mut transaction, BATCH, now, now + LEASE).await?;
    transaction.commit().await?;
    for delivery in &due {
        if stopping.is_cancelled() {
            postpone(desk, delivery, 0, Duration::zero()).await?;
        } else {
            deliver(desk, delivery).await?;
        }
    }
    Ok(due.len())
}

async fn deliver(desk: &Desk, delivery: &Delivery) -> Result<(), sqlx::Error> {
    if meet_fault(desk, Target::Stripe, |fault| fault == Fault::WebhooksHeld)
        .await?
        .is_some()
    {
        return postpone(desk, delivery, 0, Duration::milliseconds(500)).await;
    }
    let accepted = desk.receiver.post(&delivery.body, desk.clock.now()).await;
    if !accepted {
        let settings = &desk.settings.stripe;
        let doubled = settings
            .retry_first_ms
            .saturating_mul(1 << delivery.attempts.clamp(0, 20));
        let wait_ms = i64::try_from(doubled.min(settings.retry_max_ms)).unwrap_or(i64::MAX);
        return postpone(desk, delivery, 1, Duration::milliseconds(wait_ms)).await;
    }
    if meet_fault(desk, Target::Stripe, |fault| fault == Fault::WebhooksDoubled)
        .await?
        .is_some()
    {
        // The same event again, under a signature of its own, whatever the receiver says to it.
        desk.receiver.post(&delivery.body, desk.clock.now()).await;
    }
    let mut transaction = desk.pool.begin().await?;
    webhooks::update_delivered(&mut transaction, delivery.id, desk.clock.now()).await?;
    transaction.commit().await
}

async fn postpone(desk: &Desk, delivery: &Delivery, attempt: i32, wait: Duration) -> Result<(), sqlx::Error> {
    let mut transaction = desk.pool.begin().await?;
    webhooks::update_due(&mut transaction, delivery.id, attempt, desk.clock.now() + wait).await?;
    transaction.commit().await
}
