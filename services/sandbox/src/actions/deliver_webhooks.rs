//! Delivers webhooks until each is accepted: at least once, signed, with back-off.

use super::take_fault::take_fault;
use crate::{
    AppState,
    domain::fault::{Fault, Target},
    store::webhooks::{self, Delivery},
};
use chrono::Duration;
use mc_chassis::transaction::Transaction;

/// Deliveries claimed in one step.
const BATCH: i64 = 4;
/// How long one process may hold a delivery.
const LEASE: Duration = Duration::seconds(30);
/// Delay of a delivery that the fault `webhooks_held` holds back.
const HELD: Duration = Duration::milliseconds(500);

/// Attempts the next deliveries that are due, and returns their count.
///
/// # Errors
/// Where the deliveries cannot be read or written; they are due again when the lease ends.
pub async fn execute(state: &AppState) -> Result<usize, sqlx::Error> {
    if state.draining.is_cancelled() {
        return Ok(0);
    }
    let now = state.clock.now();
    let mut transaction = Transaction::begin(&state.pool, None).await?;
    let due = webhooks::claim_next_due(&mut transaction, BATCH, now, now + LEASE).await?;
    transaction.commit().await?;
    for delivery in &due {
        if state.draining.is_cancelled() {
            postpone(state, delivery, 0, Duration::zero()).await?;
        } else {
            deliver(state, delivery).await?;
        }
    }
    Ok(due.len())
}

async fn deliver(state: &AppState, delivery: &Delivery) -> Result<(), sqlx::Error> {
    if take_fault(state, Target::Stripe, |fault| fault == Fault::WebhooksHeld)
        .await?
        .is_some()
    {
        return postpone(state, delivery, 0, HELD).await;
    }
    let accepted = state.receiver.send(&delivery.body, state.clock.now()).await;
    if !accepted {
        let settings = &state.settings.stripe;
        let doubled = settings
            .retry_first_ms
            .saturating_mul(1 << delivery.attempts.clamp(0, 20));
        let delay_ms = i64::try_from(doubled.min(settings.retry_max_ms)).unwrap_or(i64::MAX);
        return postpone(state, delivery, 1, Duration::milliseconds(delay_ms)).await;
    }
    if take_fault(state, Target::Stripe, |fault| fault == Fault::WebhooksDoubled)
        .await?
        .is_some()
    {
        // The same event with a new signature; the response is ignored.
        state.receiver.send(&delivery.body, state.clock.now()).await;
    }
    let mut transaction = Transaction::begin(&state.pool, None).await?;
    webhooks::update_delivered(&mut transaction, delivery.id, state.clock.now()).await?;
    transaction.commit().await
}

async fn postpone(state: &AppState, delivery: &Delivery, attempt: i32, delay: Duration) -> Result<(), sqlx::Error> {
    let mut transaction = Transaction::begin(&state.pool, None).await?;
    webhooks::update_due(&mut transaction, delivery.id, attempt, state.clock.now() + delay).await?;
    transaction.commit().await
}
