//! The worker's step: one payment that waits for Stripe, or that no webhook has settled.

use super::settle::{SettleError, Settled, attempt, processed, settle};
use crate::{AppState, domain::Payment, store::payments};
use chrono::Duration;
use mc_access::{RequestContext, tenancy};
use mc_chassis::telemetry;
use tracing::Instrument;

/// Lease of a payment by one worker.
const LEASE: Duration = Duration::seconds(60);

/// Charges or reconciles the next payment that is due, under the trace of the request that made it.
/// False where none is due.
///
/// # Errors
/// If the outcome cannot be stored; the payment is due again when the lease ends.
pub async fn execute(state: &AppState) -> Result<bool, SettleError> {
    let now = state.clock.now();
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let taken = payments::claim_next_due(&mut transaction, now, now + LEASE).await?;
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
    let context = RequestContext::for_worker("billing.charge_due", &state.clock);
    let Some(attempt) = attempt(state, &payment).await else {
        return Ok(());
    };
    if let Err(error) = &attempt {
        tracing::warn!(error.message = %error, "the charge was not made; it is repeated");
    }
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let Settled { payment, moved } = settle(state, &mut transaction, payment, attempt).await?;
    if moved {
        let record = processed(&context, state, &mut transaction, &payment).await?;
        state
            .mailbox
            .enqueue(&mut transaction, Some(payment.organization_id), &record)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}
