//! What Stripe tells: proven, applied once, in any order.

use super::settle::processed;
use crate::{
    AppState,
    domain::{SignatureError, Status, verify_signature},
    gateway::stripe::Intent,
    store::payments::{self, Standing},
};
use mc_access::tenancy;
use mc_chassis::http::Origin;
use mc_contracts::Actor;
use mc_keyring::SecretsError;
use mc_vocabulary::PaymentId;
use serde::Deserialize;

/// An event of Stripe's, as far as we read it.
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

/// Why a webhook is refused. Stripe tries again after anything but a 2xx.
#[derive(Debug, thiserror::Error)]
pub enum ApplyWebhookError {
    /// Not proven.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// Proven, but no event.
    #[error("the body is no Stripe event")]
    Unreadable,
    /// Our secret.
    #[error("secret stripe")]
    Secrets(#[from] SecretsError),
    /// The store.
    #[error("the event cannot be applied")]
    Store(#[from] sqlx::Error),
}

/// Applies an event; harmless where it was applied, or is about nothing of ours.
///
/// # Errors
/// [`ApplyWebhookError`].
pub async fn apply_webhook(
    state: &AppState,
    signature: &str,
    body: &[u8],
    origin: &Origin,
) -> Result<(), ApplyWebhookError> {
    let now = state.clock.now();
    verify_signature(signature, body, &state.stripe.webhook_secret().await?, now)?;
    let event: StripeEvent = serde_json::from_slice(body).map_err(|_| ApplyWebhookError::Unreadable)?;
    let Some(next) = news(&event.kind) else { return Ok(()) };
    let intent: Intent = serde_json::from_value(event.data.object).map_err(|_| ApplyWebhookError::Unreadable)?;
    let Some(payment_id) = intent
        .metadata
        .payment_id
        .as_deref()
        .and_then(|id| id.parse::<PaymentId>().ok())
    else {
        return Ok(()); // made by another system on the same Stripe account
    };
    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
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
        tracing::error!(payment.id = %payment.id, "Stripe speaks of another amount than was asked for; the event is not applied");
        return Ok(());
    }
    if payment.status.moves_to(next) {
        payment.status = next;
        payment.failure_code = intent
            .last_payment_error
            .as_ref()
            .and_then(|fault| fault.decline_code.clone().or_else(|| fault.code.clone()));
        payment.intent_id = Some(intent.id);
        let standing = Standing {
            status: next,
            failure_code: payment.failure_code.as_deref(),
            intent_id: payment.intent_id.as_deref(),
            client_secret_sealed: None,
            next_attempt_at: None,
        };
        payments::update_standing(&mut transaction, payment.id, standing, now).await?;
        let record =
            processed(state, &payment, Actor::system("stripe.webhook"), origin).detail("stripe_event", event.id);
        state
            .mailbox
            .enqueue(&mut transaction, Some(payment.organization_id), &record)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// What a type of event means; None for those that change nothing here.
fn news(kind: &str) -> Option<Status> {
    match kind {
        "payment_intent.succeeded" => Some(Status::Succeeded),
        "payment_intent.payment_failed" => Some(Status::Failed),
        "payment_intent.canceled" => Some(Status::Canceled),
        "payment_intent.requires_action" => Some(Status::RequiresAction),
        "payment_intent.processing" => Some(Status::Processing),
        _ => None,
    }
}
