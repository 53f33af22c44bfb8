//! Events from Stripe: verified by their signature, applied once, in any order. An event only makes
//! us look: the status is that of the intent as Stripe then describes it.

use super::{
    SettleError,
    take_step::{self, LEASE, Prepared},
};
use crate::{
    AppState,
    domain::{NextStep, Payment, SignatureError, Status, verify_signature},
    store::{
        payments::{self, PaymentUpdate},
        surplus,
    },
};
use mc_access::{RequestContext, System, tenancy};
use mc_keyring::SecretsError;
use mc_vocabulary::PaymentId;
use serde::Deserialize;

/// The members of a Stripe event that we read: which intent it is about, and nothing of its state.
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

#[derive(Deserialize)]
struct IntentReference {
    id: String,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    payment_id: Option<String>,
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
    /// The event cannot be stored.
    #[error("the event cannot be applied")]
    Store(#[from] sqlx::Error),
    /// What it led to cannot be stored.
    #[error("the payment cannot be settled")]
    Settle(#[from] SettleError),
}

/// Applies an event: the payment becomes due, and its intent is read at once. If Stripe does not
/// answer, a worker reads it later. A repeat, and an event about a payment of another system,
/// change nothing. An intent that the payment does not need is left to a worker.
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
    if !reports_a_change(&event.kind) {
        return Ok(());
    }
    let intent = IntentReference::deserialize(&event.data.object).map_err(|_| ApplyWebhookError::Unreadable)?;
    let payment_id = intent.metadata.payment_id.as_deref();
    let Some(payment_id) = payment_id.and_then(|id| id.parse::<PaymentId>().ok()) else {
        return Ok(()); // of another system on the same Stripe account
    };
    if !is_intent_id(&intent.id) {
        return Ok(());
    }
    let Some(payment) = make_due(state, payment_id, &event, &intent.id).await? else {
        return Ok(());
    };
    take_step::finish(context, state, look(payment, intent.id), Some(&event.id)).await?;
    Ok(())
}

/// Stores the event, and that the payment is to be looked at, or an intent that it does not need.
/// None for a repeat, an unknown payment, and one that is final.
async fn make_due(
    state: &AppState,
    id: PaymentId,
    event: &StripeEvent,
    intent_id: &str,
) -> Result<Option<Payment>, sqlx::Error> {
    let now = state.clock.now();
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let inbox = &state.mailbox;
    if !inbox
        .is_first_delivery(&mut transaction, "stripe.webhook", &event.id)
        .await?
    {
        return Ok(None);
    }
    let Some(organization_id) = payments::find_organization(&mut transaction, id).await? else {
        return Ok(None);
    };
    let Some(payment) = payments::get_for_update(&mut transaction, organization_id, id).await? else {
        return Ok(None);
    };
    if is_surplus(&payment, intent_id, &event.kind) {
        surplus::add(&mut transaction, &payment, intent_id, now).await?;
    }
    let is_final = matches!(payment.status, Status::Succeeded | Status::Canceled);
    if !is_final {
        // This process reads it now; if it dies, a worker does when the lease ends.
        let update = PaymentUpdate {
            client_secret_sealed: None,
            next_attempt_at: Some(now + LEASE),
            now,
        };
        payments::update_state(&mut transaction, &payment, update).await?;
    }
    transaction.commit().await?;
    Ok((!is_final).then_some(payment))
}

/// The read of the payment's intent. Where none is known, because the event was faster than the
/// response, or the response was lost, that of the event is read; it is accepted only if Stripe
/// describes it as this payment's.
fn look(mut payment: Payment, intent_id: String) -> Prepared {
    payment.intent_id.get_or_insert(intent_id);
    Prepared {
        step: NextStep::ReadIntent,
        payment,
        is_first_use: false,
    }
}

fn is_intent_id(id: &str) -> bool {
    let mut bytes = id.bytes();
    id.starts_with("pi_") && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

/// Whether an event of this type names an intent beyond what the payment needs. A worker reads it
/// before it believes that.
fn is_surplus(payment: &Payment, intent_id: &str, kind: &str) -> bool {
    match &payment.intent_id {
        Some(own) if own != intent_id => true,
        _ => payment.status == Status::Canceled && kind != "payment_intent.canceled",
    }
}

/// Whether events of this type report a change of a payment.
fn reports_a_change(kind: &str) -> bool {
    let change = kind.strip_prefix("payment_intent.");
    change.is_some_and(|change| {
        [
            "succeeded",
            "payment_failed",
            "canceled",
            "requires_action",
            "processing",
        ]
        .contains(&change)
    })
}
