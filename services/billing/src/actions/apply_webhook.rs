//! Events from Stripe: verified by their signature, applied once, in any order.

use super::settle::processed;
use crate::{
    AppState,
    domain::{SignatureError, Status, verify_signature},
    gateway::stripe::Intent,
    store::payments::{self, PaymentUpdate},
};
use mc_access::{RequestContext, System, tenancy};
use mc_keyring::SecretsError;
use mc_vocabulary::PaymentId;
use serde::Deserialize;

/// The members of a Stripe event that we read.
#[derive(Deserialize)]
struct StripeEvent {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    data: EventData,
}

#[derive(Deserialize)]
struct EventData {
    object: serde_json::Value,
}

/// Why a webhook is refused. Stripe repeats it after any response except a 2xx.
#[derive(Debug, thiserror::Error)]
pub enum ApplyWebhookError {
    /// The signature is invalid.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The body is not a Stripe event.
    #[error("the body is not a Stripe event")]
    Unreadable,
    /// The webhook secret cannot be read.
    #[error("the webhook secret cannot be read")]
    Secrets(#[from] SecretsError),
    /// The database failed.
    #[error("the event cannot be applied")]
    Store(#[from] sqlx::Error),
}

/// Applies an event. A repeat, and an event about a payment of another system, change nothing.
///
/// # Errors
/// [`ApplyWebhookError`]; Stripe sends the event again.
pub async fn execute(
    context: &RequestContext<System>,
    state: &AppState,
    signature: &str,
    body: &[u8],
) -> Result<(), ApplyWebhookError> {
    let now = state.clock.now();
    verify_signature(signature, body, &state.stripe.webhook_secret().await?, now)?;
    let event: StripeEvent = serde_json::from_slice(body).map_err(|_| ApplyWebhookError::Unreadable)?;
    let Some(next) = status_for_event(&event.kind) else {
        return Ok(());
    };
    let intent: Intent = serde_json::from_value(event.data.object).map_err(|_| ApplyWebhookError::Unreadable)?;
    let Some(payment_id) = intent
        .metadata
        .payment_id
        .as_deref()
        .and_then(|id| id.parse::<PaymentId>().ok())
    else {
        return Ok(()); // of another system on the same Stripe account
    };
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    if !state
        .mailbox
        .is_first_delivery(&mut transaction, "stripe.webhook", &event.id)
        .await?
    {
        return Ok(());
    }
    let Some(mut payment) = payments::get_for_update(&mut transaction, payment_id).await? else {
        return Ok(());
    };
    if payment.amount.minor != intent.amount || payment.amount.currency.to_string() != intent.currency {
        tracing::error!(payment.id = %payment.id, "the event states another amount than was requested; it is not applied");
        return Ok(());
    }
    if payment.status.moves_to(next) {
        payment.status = next;
        payment.failure_code = intent
            .last_payment_error
            .as_ref()
            .and_then(|fault| fault.decline_code.clone().or_else(|| fault.code.clone()));
        payment.intent_id = Some(intent.id);
        let update = PaymentUpdate {
            status: next,
            failure_code: payment.failure_code.as_deref(),
            intent_id: payment.intent_id.as_deref(),
            client_secret_sealed: None,
            next_attempt_at: None,
        };
        payments::update_status(&mut transaction, payment.id, update, now).await?;
        let record = processed(context, state, &mut transaction, &payment)
            .await?
            .detail("stripe_event", event.id);
        state
            .mailbox
            .enqueue(&mut transaction, Some(payment.organization_id), &record)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// The payment status that an event type reports; None for types that change nothing here.
fn status_for_event(kind: &str) -> Option<Status> {
    match kind {
        "payment_intent.succeeded" => Some(Status::Succeeded),
        "payment_intent.payment_failed" => Some(Status::Failed),
        "payment_intent.canceled" => Some(Status::Canceled),
        "payment_intent.requires_action" => Some(Status::RequiresAction),
        "payment_intent.processing" => Some(Status::Processing),
        _ => None,
    }
}
