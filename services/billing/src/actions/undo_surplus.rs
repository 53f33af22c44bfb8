//! The worker's look at intents that a payment does not need: each is canceled at the processor
//! where it has charged nobody. What it has charged goes back only by a person's decision; until
//! then it is counted, and looked at for its refund.

use super::{audit::facts, settle::SettleError, take_step::LEASE};
use crate::{
    AppState,
    domain::{Payment, Status, pause_after},
    gateway::stripe::{Intent, StripeError},
    store::{
        payments,
        surplus::{self, Surplus},
    },
};
use mc_access::{RequestContext, System, tenancy};
use mc_contracts::{Interaction, Outcome};

/// What the processor has.
enum Found {
    /// The intent, as it was before this look and as it is now.
    Intent(Box<Intent>, Box<Intent>),
    /// Nothing, or an intent that does not name the payment.
    Nothing,
}

/// Looks at the next intent that is due. False where none is, or the processor may not be called.
///
/// # Errors
/// If the intent cannot be claimed, or the outcome stored; it is due again when its lease ends.
pub async fn execute(state: &AppState) -> Result<bool, SettleError> {
    if state.stripe.upstream().suspended_for().is_some() {
        return Ok(false);
    }
    let now = state.clock.now();
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let claimed = surplus::claim_next_due(&mut transaction, now, now + LEASE).await?;
    transaction.commit().await?;
    let Some(surplus) = claimed else { return Ok(false) };
    let mut transaction = tenancy::begin(&state.pool, surplus.organization_id).await?;
    let payment = payments::find(&mut transaction, surplus.organization_id, surplus.payment_id).await?;
    transaction.rollback().await?;
    let payment = payment.ok_or(sqlx::Error::RowNotFound)?;
    let found = look(state, &payment, &surplus).await;
    let context = RequestContext::for_worker("billing.undo_surplus", &state.clock);
    store(&context, state, &payment, surplus, found).await?;
    Ok(true)
}

/// Reads the intent, and cancels it where that is possible.
async fn look(state: &AppState, payment: &Payment, surplus: &Surplus) -> Result<Found, StripeError> {
    let before = match state.stripe.find_intent(&surplus.intent_id).await {
        Ok(intent) if intent.names(payment) => intent,
        Ok(_) => return Ok(Found::Nothing),
        Err(StripeError::Refused(code)) if code == "resource_missing" => return Ok(Found::Nothing),
        Err(error) => return Err(error),
    };
    let now = match before.status() {
        Status::Canceled | Status::Succeeded => before.clone(),
        _ => {
            // A key of each look: Stripe would repeat a refusal that no longer holds.
            let key = format!("{}-surplus-{}-{}", payment.id, surplus.intent_id, surplus.attempts);
            state.stripe.cancel_intent(&surplus.intent_id, "duplicate", key).await?
        }
    };
    Ok(Found::Intent(Box::new(before), Box::new(now)))
}

/// Stores what was found. Each change of an intent that charges somebody, or could have, has a
/// record.
async fn store(
    context: &RequestContext<System>,
    state: &AppState,
    payment: &Payment,
    mut surplus: Surplus,
    found: Result<Found, StripeError>,
) -> Result<(), SettleError> {
    let now = state.clock.now();
    let (status, is_change, is_over) = match found {
        Ok(Found::Intent(before, intent)) => {
            let status = if intent.is_refunded() {
                "refunded"
            } else {
                &intent.status
            };
            let was_live = surplus.status.is_some() || before.status() != Status::Canceled;
            let is_over = intent.is_refunded() || intent.status() == Status::Canceled;
            (Some(status.to_owned()), was_live, is_over)
        }
        Ok(Found::Nothing) => (surplus.status.clone(), false, true),
        Err(error) => {
            tracing::warn!(payment.id = %payment.id, error.message = %error, "the processor did not answer; the look is repeated");
            (surplus.status.clone(), false, false)
        }
    };
    let is_change = is_change && status != surplus.status;
    surplus.status = status;
    let next_look_at = (!is_over).then(|| now + pause_after(surplus.attempts, state.reconcile_after));
    let mut transaction = tenancy::begin(&state.pool, surplus.organization_id).await?;
    surplus::update(&mut transaction, &surplus, next_look_at, now).await?;
    if is_change {
        let record = context.audit("billing.payment.surplus", Interaction::Update);
        let record = facts(state, record, payment)
            .outcome(if is_over { Outcome::Success } else { Outcome::Failure })
            .detail("surplus_intent_id", surplus.intent_id.as_str())
            .detail("surplus_status", surplus.status.clone());
        state
            .mailbox
            .enqueue(&mut transaction, Some(surplus.organization_id), &record)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}
