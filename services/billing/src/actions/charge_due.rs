//! The worker's step: one payment that waits for Stripe, or of which no webhook came.

use super::settle::{SettleError, processed, settle};
use crate::{
    AppState,
    domain::{Payment, Status},
    gateway::stripe::{Intent, StripeError},
    store::payments,
};
use chrono::Duration;
use mc_access::tenancy;
use mc_chassis::{http::Origin, telemetry};
use mc_contracts::Actor;
use tracing::Instrument;

/// How long one worker may take over one payment.
const LEASE: Duration = Duration::seconds(60);

/// Looks at the next payment that is due, under the trace of the request that made it. False where none is.
///
/// # Errors
/// [`SettleError`].
pub async fn charge_due(state: &AppState) -> Result<bool, SettleError> {
    let now = state.clock.now();
    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
    let taken = payments::update_taken(&mut transaction, now, now + LEASE).await?;
    transaction.commit().await?;
    let Some((payment, trace)) = taken else {
        return Ok(false);
    };
    let span = tracing::info_span!("charge due payment", payment.id = %payment.id, payment.attempts = payment.attempts);
    telemetry::continue_trace(&span, &trace);
    charge(state, payment).instrument(span).await?;
    Ok(true)
}

async fn charge(state: &AppState, payment: Payment) -> Result<(), SettleError> {
    let before = payment.status;
    let attempt = ask(state, &payment).await;
    if let Err(error) = &attempt {
        tracing::warn!(error.message = %error, "Stripe was asked in vain; it is asked again");
    }
    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
    let payment = settle(state, &mut transaction, payment, attempt).await?;
    if payment.status != before {
        let origin = Origin {
            ip: None,
            trace_id: telemetry::trace_id().unwrap_or_default(),
        };
        let record = processed(state, &payment, Actor::system("billing.charge_due"), &origin);
        state
            .mailbox
            .enqueue(&mut transaction, Some(payment.organization_id), &record)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// A pending payment is charged (again, under its own key); of a confirmed one Stripe is asked.
async fn ask(state: &AppState, payment: &Payment) -> Result<Intent, StripeError> {
    match (payment.status, &payment.intent_id) {
        (Status::Processing, Some(intent_id)) => state.stripe.find_intent(intent_id).await,
        _ => state.stripe.create_intent(payment).await,
    }
}
