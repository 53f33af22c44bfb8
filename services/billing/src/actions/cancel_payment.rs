//! Cancels a payment that is not final.

use super::{
    SettleError,
    audit::facts,
    take_step::{self, Prepared},
};
use crate::{
    AppState,
    domain::{CancelReason, NextStep, Payment, Status, next_step},
    store::payments,
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::{Interaction, Outcome};
use mc_vocabulary::PaymentId;

/// What became of the request.
#[derive(Debug)]
pub enum Cancellation {
    /// It is canceled, by this request or before.
    Canceled(Payment),
    /// The processor has the last word and has not confirmed it yet. Nothing more is charged.
    Requested(Payment),
    /// It has been paid, or has failed: there is nothing to cancel.
    Ended(Payment),
}

/// Cancels the payment. One that was never sent is canceled here; one that may be at the processor
/// is searched there first, and canceled there. The request is on record before the processor is
/// called. None if there is no such payment.
///
/// # Errors
/// If the request or its outcome cannot be stored.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    id: PaymentId,
) -> Result<Option<Cancellation>, SettleError> {
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let Some(mut payment) = payments::get_for_update(&mut transaction, context.organization_id(), id).await? else {
        return Ok(None);
    };
    let is_open = next_step(&payment, state.clock.now()) != NextStep::Nothing;
    let prepared = if is_open {
        payment.cancel_reason.get_or_insert(CancelReason::Requested);
        take_step::prepare(context, state, &mut transaction, payment).await?
    } else {
        Prepared {
            step: NextStep::Nothing,
            payment,
            is_first_use: false,
        }
    };
    let ended = !is_open && prepared.payment.status != Status::Canceled;
    let record = context.audit("billing.payment.canceled", Interaction::Update);
    let record = facts(state, record, &prepared.payment)
        .outcome(if ended { Outcome::Failure } else { Outcome::Success })
        .detail(
            "awaits_processor",
            is_open && prepared.payment.status != Status::Canceled,
        );
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    transaction.commit().await?;
    let payment = take_step::finish(context, state, prepared, None).await?;
    // The search may have found an intent, which is canceled now.
    let payment = if payment.intent_id.is_some() && payment.status != Status::Canceled && is_open {
        let organization_id = context.organization_id();
        let again = take_step::execute(context, state, organization_id, id).await?;
        again.unwrap_or(payment)
    } else {
        payment
    };
    Ok(Some(match payment.status {
        Status::Canceled => Cancellation::Canceled(payment),
        Status::Succeeded => Cancellation::Ended(payment),
        Status::Failed if next_step(&payment, state.clock.now()) == NextStep::Nothing => Cancellation::Ended(payment),
        _ => Cancellation::Requested(payment),
    }))
}
