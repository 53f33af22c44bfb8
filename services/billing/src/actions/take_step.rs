//! One step of a payment towards its end: the state decides under the row's lock what is done, the
//! processor is called outside of any transaction, and the outcome is stored under the lock again.

use super::{
    audit::processed,
    settle::{Outcome, SettleError, settle},
};
use crate::{
    AppState,
    domain::{CancelReason, IN_FLIGHT_MAX, NextStep, Payment, Status, next_step, reason_to_cancel},
    gateway::stripe::{Intent, StripeError, Unavailable},
    store::{
        consents,
        payments::{self, PaymentUpdate},
    },
};
use chrono::{Duration, SubsecRound};
use mc_access::{Acting, RequestContext, tenancy};
use mc_vocabulary::{OrganizationId, PaymentId};
use sqlx::PgConnection;

/// Lease of a payment by the process that takes its step.
pub const LEASE: Duration = Duration::seconds(60);
/// Allowed difference between Stripe's clock and ours.
const CLOCK_SKEW: Duration = Duration::minutes(5);
/// Pages of a search in one step; the next step goes on after them.
const PAGES_MAX: usize = 5;

/// A step that is decided and stored.
pub struct Prepared {
    /// What is done.
    pub step: NextStep,
    /// The payment, as stored.
    pub payment: Payment,
    /// Whether its key was never used before this step.
    pub is_first_use: bool,
}

/// Takes the next step of a payment; None if there is no such payment.
///
/// # Errors
/// If the step or its outcome cannot be stored; the payment is due again when the lease ends.
pub async fn execute<A: Acting>(
    context: &RequestContext<A>,
    state: &AppState,
    organization_id: OrganizationId,
    id: PaymentId,
) -> Result<Option<Payment>, SettleError> {
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let Some(payment) = payments::get_for_update(&mut transaction, organization_id, id).await? else {
        return Ok(None);
    };
    let prepared = prepare(context, state, &mut transaction, payment).await?;
    transaction.commit().await?;
    finish(context, state, prepared, None).await.map(Some)
}

/// Decides the next step of a payment that `transaction` has locked, and stores it with a lease.
pub async fn prepare<A: Acting>(
    context: &RequestContext<A>,
    state: &AppState,
    transaction: &mut PgConnection,
    mut payment: Payment,
) -> Result<Prepared, SettleError> {
    let now = state.clock.now().trunc_subsecs(6); // as Postgres stores it: it is compared later
    let permit = consents::find_permit(transaction, payment.organization_id, &payment.encounter_id).await?;
    payment.cancel_reason = reason_to_cancel(&payment, permit.is_some(), now, state.abandon_after);
    let step = next_step(&payment, now);
    let is_first_use = payment.key_first_used_at.is_none();
    let mut next_attempt_at = Some(now + LEASE);
    match step {
        NextStep::Charge => {
            payment.key_first_used_at.get_or_insert(now);
            payment.key_last_used_at = Some(now);
            payment.lookup_after = None;
        }
        NextStep::CancelHere => {
            payment.status = Status::Canceled;
            payment.failure_code = payment.cancel_reason.and_then(CancelReason::failure_code);
            next_attempt_at = None;
            let record = processed(context, state, transaction, &payment).await?;
            state
                .mailbox
                .enqueue(transaction, Some(payment.organization_id), &record)
                .await?;
        }
        NextStep::Nothing => next_attempt_at = None,
        NextStep::LookUp | NextStep::ReadIntent | NextStep::CancelIntent => {}
    }
    let update = PaymentUpdate {
        client_secret_sealed: None,
        next_attempt_at,
        now,
    };
    payments::update_state(transaction, &payment, update).await?;
    Ok(Prepared {
        step,
        payment,
        is_first_use,
    })
}

/// Calls the processor for a prepared step and stores the outcome.
pub async fn finish<A: Acting>(
    context: &RequestContext<A>,
    state: &AppState,
    prepared: Prepared,
    stripe_event: Option<&str>,
) -> Result<Payment, SettleError> {
    let Some(outcome) = perform(state, &prepared).await else {
        return Ok(prepared.payment);
    };
    if let Some(error) = outcome.error() {
        tracing::warn!(payment.id = %prepared.payment.id, error.message = %error, "the processor did not answer; the step is repeated");
    }
    let mut transaction = tenancy::begin(&state.pool, prepared.payment.organization_id).await?;
    let payment = settle(context, state, &mut transaction, prepared, outcome, stripe_event).await?;
    transaction.commit().await?;
    Ok(payment)
}

/// Calls the processor for a prepared step. None where the step needs no call.
pub async fn perform(state: &AppState, prepared: &Prepared) -> Option<Outcome> {
    let payment = &prepared.payment;
    match (prepared.step, &payment.intent_id) {
        (NextStep::Charge, _) => {
            // A process that was suspended for longer than its lease no longer decides.
            let lease_ended = payment
                .key_last_used_at
                .is_some_and(|used_at| state.clock.now() - used_at >= LEASE);
            let outcome = if lease_ended {
                Err(StripeError::Unavailable(Unavailable {
                    kind: "lease_ended",
                    may_have_acted: false,
                    retry_after: None,
                }))
            } else {
                state.stripe.create_intent(payment).await
            };
            Some(Outcome::Charged(outcome))
        }
        (NextStep::LookUp, _) => Some(look_up(state, payment).await),
        (NextStep::ReadIntent, Some(intent_id)) => Some(Outcome::Read(state.stripe.find_intent(intent_id).await)),
        (NextStep::CancelIntent, Some(intent_id)) => {
            let reason = match payment.cancel_reason {
                Some(CancelReason::Abandoned) => "abandoned",
                _ => "requested_by_customer",
            };
            // A key of each attempt: Stripe would repeat a refusal that no longer holds.
            let key = format!("{}-cancel-{}", payment.id, payment.attempts);
            let outcome = state.stripe.cancel_intent(intent_id, reason, key).await;
            Some(Outcome::Read(outcome))
        }
        _ => None,
    }
}

/// Searches the processor for an intent of `payment`, in the time in which one can have been made.
/// Stripe's list is exact; its search is not, it lags.
///
/// The list begins with the newest intent. While an attempt may still be on its way to Stripe, its
/// intent could come before the pages that were read: such a search may find the payment, but it
/// leaves no position to go on from, and cannot show that the payment is not there.
async fn look_up(state: &AppState, payment: &Payment) -> Outcome {
    let last_used_at = payment.key_last_used_at.unwrap_or(payment.created_at);
    let settled_at = last_used_at + IN_FLIGHT_MAX;
    let (from, to) = (payment.created_at - CLOCK_SKEW, settled_at + CLOCK_SKEW);
    let in_flight_for = (settled_at - state.clock.now())
        .to_std()
        .ok()
        .filter(|left| !left.is_zero());
    let in_flight = in_flight_for.map(|left| {
        Outcome::Read(Err(StripeError::Unavailable(Unavailable {
            kind: "attempt_in_flight",
            may_have_acted: false,
            retry_after: Some(left),
        })))
    });
    let mut after = payment.lookup_after.clone().filter(|_| in_flight.is_none());
    for _ in 0..PAGES_MAX {
        let page = match state.stripe.list_intents(from, to, after.as_deref()).await {
            Ok(page) => page,
            // The position is of no use any more: from the beginning.
            Err(StripeError::Refused(_)) if after.is_some() => return Outcome::Unfinished(None),
            Err(error) => return Outcome::Read(Err(error)),
        };
        let last = page.data.last().map(|intent| intent.id.clone());
        if let Some((intent, others)) = of_payment(page.data, payment) {
            return Outcome::Found(intent, others);
        }
        match last {
            Some(last) if page.has_more => after = Some(last),
            _ => return in_flight.unwrap_or(Outcome::NotThere),
        }
    }
    in_flight.unwrap_or(Outcome::Unfinished(after))
}

/// The intent of `payment` in a page, one that is not canceled rather than one that is, and others
/// that name it.
fn of_payment(page: Vec<Intent>, payment: &Payment) -> Option<(Intent, Vec<Intent>)> {
    let mut own: Vec<_> = page.into_iter().filter(|intent| intent.names(payment)).collect();
    let best = own
        .iter()
        .position(|intent| intent.status() == Status::Succeeded)
        .or_else(|| own.iter().position(|intent| intent.status() != Status::Canceled))
        .unwrap_or(0);
    (!own.is_empty()).then(|| (own.swap_remove(best), own))
}
