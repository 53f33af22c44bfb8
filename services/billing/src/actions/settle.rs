//! The effect of a step's outcome on the payment.

use super::{audit::processed, take_step::Prepared};
use crate::{
    AppState,
    domain::{CancelReason, Payment, Status},
    gateway::stripe::{Intent, StripeError, StripeFault, Unavailable},
    store::{
        payments::{self, PaymentUpdate},
        surplus,
    },
};
use chrono::{DateTime, Duration, Utc};
use mc_access::{Acting, RequestContext};
use mc_keyring::SealsError;
use sqlx::PgConnection;

/// Why the outcome could not be stored.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The client secret cannot be sealed.
    #[error("the payment cannot be sealed")]
    Seal(#[from] SealsError),
    /// The database failed.
    #[error("the payment cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// What the processor answered.
pub enum Outcome {
    /// To an attempt to charge.
    Charged(Result<Intent, StripeError>),
    /// The intent as it is now: read or canceled.
    Read(Result<Intent, StripeError>),
    /// What a search found: the intent, and others that name the payment too.
    Found(Intent, Vec<Intent>),
    /// A search read everything; the payment is not at the processor.
    NotThere,
    /// A search goes on after this intent; None: from the beginning.
    Unfinished(Option<String>),
}

impl Outcome {
    /// The intents that it describes.
    fn intents(&self) -> Vec<&Intent> {
        match self {
            Self::Charged(Ok(intent)) | Self::Read(Ok(intent)) => vec![intent],
            Self::Charged(Err(StripeError::Declined(fault))) => fault.payment_intent.as_deref().into_iter().collect(),
            Self::Found(intent, others) => [intent].into_iter().chain(others).collect(),
            _ => Vec::new(),
        }
    }

    /// Why the processor did not answer.
    pub fn error(&self) -> Option<&StripeError> {
        match self {
            Self::Charged(Err(error)) | Self::Read(Err(error)) => Some(error),
            _ => None,
        }
    }
}

/// What an outcome changes.
#[derive(Default)]
struct Change {
    /// The new status, and why it failed.
    status: Option<(Status, Option<String>)>,
    /// The intent, if this is the first time that it is seen.
    intent: Option<Intent>,
    /// When the next step is due, if not after the usual pause.
    due_at: Option<DateTime<Utc>>,
    /// Whether no step follows.
    is_final: bool,
}

/// Stores `outcome` and, where it changes the status, the audit record of the change.
pub async fn settle<A: Acting>(
    context: &RequestContext<A>,
    state: &AppState,
    transaction: &mut PgConnection,
    prepared: Prepared,
    outcome: Outcome,
    stripe_event: Option<&str>,
) -> Result<Payment, SettleError> {
    let now = state.clock.now();
    let mut payment = payments::get_for_update(transaction, prepared.payment.organization_id, prepared.payment.id)
        .await?
        .ok_or(sqlx::Error::RowNotFound)?;
    // After an event whose intent could not be read, the worker reads it as soon as it may.
    let retry_at = (stripe_event.is_some() && outcome.error().is_some()).then_some(now);
    let described: Vec<_> = outcome.intents().into_iter().cloned().collect();
    let change = change(&mut payment, &prepared, outcome, now);
    let moved = match change.status {
        Some((next, failure_code)) if moves(&payment, next) => {
            payment.status = next;
            payment.failure_code = match (next, payment.cancel_reason) {
                (Status::Canceled, Some(reason)) => reason.failure_code(),
                _ => failure_code,
            };
            payment.attempts = 0;
            true
        }
        _ => false,
    };
    let mut sealed = None;
    let has_ended = payment.status == Status::Canceled && !moved;
    if let Some(intent) = change.intent.filter(|_| payment.intent_id.is_none() && !has_ended) {
        if let Some(secret) = intent.client_secret {
            let (organization_id, secret) = (payment.organization_id, secret.as_bytes());
            let context = "payments.client_secret";
            sealed = Some(state.seals.seal(organization_id, context, payment.id, secret).await?);
        }
        payment.intent_id = Some(intent.id);
    }
    let update = PaymentUpdate {
        client_secret_sealed: sealed.as_deref(),
        next_attempt_at: next_attempt_at(state, &payment, change.is_final, change.due_at.or(retry_at), now),
        now,
    };
    payments::update_state(transaction, &payment, update).await?;
    for intent in described.iter().filter(|intent| is_surplus(&payment, intent)) {
        tracing::error!(payment.id = %payment.id, "Stripe has an intent that the payment does not need; it is canceled if it can be");
        surplus::add(transaction, &payment, &intent.id, now).await?;
    }
    if moved {
        let mut record = processed(context, state, transaction, &payment).await?;
        if let Some(event) = stripe_event {
            record = record.detail("stripe_event", event);
        }
        state
            .mailbox
            .enqueue(transaction, Some(payment.organization_id), &record)
            .await?;
    }
    Ok(payment)
}

/// Whether `intent` charges, or may charge, beyond what `payment` needs.
fn is_surplus(payment: &Payment, intent: &Intent) -> bool {
    let is_own = payment.intent_id.as_ref() == Some(&intent.id);
    let is_needed = payment.intent_id.is_none() || is_own;
    let is_live = intent.status() != Status::Canceled;
    is_live && intent.names(payment) && (!is_needed || payment.status == Status::Canceled)
}

/// Whether `next` changes the status. A declined payment whose intent is canceled stays declined,
/// unless a user has requested to cancel it.
fn moves(payment: &Payment, next: Status) -> bool {
    let canceled_on_request = payment.cancel_reason == Some(CancelReason::Requested);
    payment.status.moves_to(next)
        || (payment.status == Status::Failed && next == Status::Canceled && canceled_on_request)
}

/// Interprets `outcome` for the payment as it is now.
fn change(payment: &mut Payment, prepared: &Prepared, outcome: Outcome, now: DateTime<Utc>) -> Change {
    match outcome {
        Outcome::Charged(Ok(intent)) => read(payment, intent, true),
        Outcome::Read(Ok(intent)) | Outcome::Found(intent, _) => read(payment, intent, false),
        // A webhook or a search has found an intent meanwhile: it is read, whatever this says.
        Outcome::Charged(Err(StripeError::Declined(_) | StripeError::Refused(_))) if payment.intent_id.is_some() => {
            Change::default()
        }
        Outcome::Charged(Err(StripeError::Declined(fault))) => {
            let code = code(&fault);
            Change {
                status: Some((Status::Failed, code)),
                intent: fault.payment_intent.map(|intent| *intent),
                ..Change::default()
            }
        }
        Outcome::Charged(Err(StripeError::Refused(code))) => Change {
            status: Some((Status::Failed, Some(code))),
            ..Change::default()
        },
        Outcome::Charged(Err(error)) => {
            // Nothing was sent by the first use of the key: it is as if it had not been used.
            let is_untouched = prepared.is_first_use && payment.has_no_attempt_since(&prepared.payment);
            if is_untouched && !error.may_have_acted() {
                payment.key_first_used_at = None;
                payment.key_last_used_at = None;
            }
            wait(payment, &error, now)
        }
        Outcome::Read(Err(error)) => wait(payment, &error, now),
        // An attempt that was made meanwhile is not behind this position.
        Outcome::Unfinished(_) if !payment.has_no_attempt_since(&prepared.payment) => Change::default(),
        Outcome::Unfinished(after) => {
            // From the beginning again: not before the usual pause.
            let due_at = after.is_some().then_some(now);
            payment.lookup_after = after;
            Change {
                due_at,
                ..Change::default()
            }
        }
        Outcome::NotThere => not_there(payment, prepared, now),
    }
}

/// The intent as Stripe describes it.
fn read(payment: &Payment, intent: Intent, is_response_to_charge: bool) -> Change {
    if !is_response_to_charge && !intent.is_of(payment) {
        tracing::error!(payment.id = %payment.id, "Stripe's intent has another amount or payment id; it is not applied");
        return Change::default();
    }
    if payment.intent_id.as_ref().is_some_and(|known| *known != intent.id) {
        return Change::default();
    }
    // `succeeded` is accepted from a later read, never from the first response.
    let status = match intent.status() {
        Status::Succeeded if is_response_to_charge && payment.intent_id.is_none() => Status::Processing,
        status => status,
    };
    Change {
        status: Some((status, intent.last_payment_error.as_ref().and_then(code))),
        is_final: status == Status::Canceled,
        intent: Some(intent),
        due_at: None,
    }
}

/// Stripe has not answered. An attempt that was not sent does not count.
fn wait(payment: &mut Payment, error: &StripeError, now: DateTime<Utc>) -> Change {
    let StripeError::Unavailable(Unavailable { kind, retry_after, .. }) = error else {
        return Change::default();
    };
    if matches!(*kind, "breaker_open" | "budget_spent" | "attempt_in_flight") {
        payment.attempts = (payment.attempts - 1).max(0);
    }
    let due_at = retry_after.and_then(|wait| Duration::from_std(wait).ok());
    Change {
        due_at: due_at.map(|wait| now + wait),
        ..Change::default()
    }
}

/// The payment is surely not at the processor: it is canceled if that is wanted; otherwise the next
/// step charges it under a new key.
fn not_there(payment: &mut Payment, prepared: &Prepared, now: DateTime<Utc>) -> Change {
    let is_unchanged = payment.intent_id.is_none()
        && payment.status == Status::Pending
        && payment.has_no_attempt_since(&prepared.payment);
    if !is_unchanged {
        return Change::default();
    }
    if payment.cancel_reason.is_some() {
        return Change {
            status: Some((Status::Canceled, None)),
            ..Change::default()
        };
    }
    payment.key_generation += 1;
    payment.key_first_used_at = None;
    payment.key_last_used_at = None;
    payment.lookup_after = None;
    Change {
        due_at: Some(now),
        ..Change::default()
    }
}

/// When the payment is looked at next: always, unless it is final.
fn next_attempt_at(
    state: &AppState,
    payment: &Payment,
    is_final: bool,
    due_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    match payment.status {
        Status::Succeeded | Status::Canceled => None,
        Status::Failed if is_final || payment.intent_id.is_none() => None,
        _ => {
            let usual = now + payment.pause(state.reconcile_after);
            // A wish to cancel that came during the call is not kept waiting.
            let wished = (payment.cancel_reason.is_some() && payment.attempts == 0).then_some(now);
            Some(due_at.or(wished).unwrap_or(usual))
        }
    }
}

fn code(fault: &StripeFault) -> Option<String> {
    fault.decline_code.clone().or_else(|| fault.code.clone())
}
