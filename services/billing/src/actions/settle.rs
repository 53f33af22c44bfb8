//! The effect of a charge's outcome on the payment, the request and the worker.

use crate::{
    AppState,
    domain::{Payment, Status},
    gateway::stripe::{Intent, StripeError, StripeFault},
    store::{
        consents,
        payments::{self, PaymentUpdate},
    },
};
use mc_access::{Acting, RequestContext};
use mc_contracts::{AuditRecord, Interaction, Outcome};
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

/// What an attempt at a payment has changed.
pub struct Settled {
    /// The payment as it is now.
    pub payment: Payment,
    /// Whether this attempt changed its status, and nobody else did before.
    pub moved: bool,
}

/// Requests what the payment lacks from Stripe. An intent that exists is read and never made again,
/// whatever the age of the payment; one that is missing is made with the payment's id as
/// idempotency key. None if there is nothing to request: the payment ended without an intent.
pub async fn attempt(state: &AppState, payment: &Payment) -> Option<Result<Intent, StripeError>> {
    match (&payment.intent_id, payment.status) {
        (Some(intent_id), _) => Some(state.stripe.find_intent(intent_id).await),
        (None, Status::Pending | Status::Processing) => Some(state.stripe.create_intent(payment).await),
        (None, _) => None,
    }
}

/// Stores the outcome of `attempt`.
pub async fn settle(
    state: &AppState,
    transaction: &mut PgConnection,
    payment: Payment,
    attempt: Result<Intent, StripeError>,
) -> Result<Settled, SettleError> {
    let now = state.clock.now();
    let mut payment = payments::get_for_update(transaction, payment.id)
        .await?
        .unwrap_or(payment);
    let (next, failure, intent) = match attempt {
        // `succeeded` is accepted from the webhook or a later read, never from the first response.
        Ok(intent) if intent.status() == Status::Succeeded && payment.intent_id.is_none() => {
            (Status::Processing, None, Some(intent))
        }
        Ok(intent) => (
            intent.status(),
            intent.last_payment_error.as_ref().and_then(code),
            Some(intent),
        ),
        Err(StripeError::Declined(fault)) => (Status::Failed, code(&fault), fault.payment_intent.map(|intent| *intent)),
        Err(StripeError::Refused(code)) => (Status::Failed, Some(code), None),
        Err(StripeError::Unavailable(_) | StripeError::Secrets(_)) => {
            (payment.status, payment.failure_code.clone(), None)
        }
    };
    let moved = payment.status.moves_to(next);
    if moved {
        payment.status = next;
        payment.failure_code = failure;
    }
    let sealed = match intent.as_ref().and_then(|intent| intent.client_secret.as_ref()) {
        Some(secret) => Some(
            state
                .seals
                .seal(
                    payment.organization_id,
                    "payments.client_secret",
                    payment.id,
                    secret.as_bytes(),
                )
                .await?,
        ),
        None => None,
    };
    payment.intent_id = intent.map(|intent| intent.id).or(payment.intent_id);
    let next_attempt_at = match payment.status {
        Status::Pending => Some(now + payment.pause()),
        Status::Processing => Some(now + state.reconcile_after.max(payment.pause())),
        _ => None,
    };
    let update = PaymentUpdate {
        status: payment.status,
        failure_code: payment.failure_code.as_deref(),
        intent_id: payment.intent_id.as_deref(),
        client_secret_sealed: sealed.as_deref(),
        next_attempt_at,
    };
    payments::update_status(transaction, payment.id, update, now).await?;
    Ok(Settled { payment, moved })
}

fn code(fault: &StripeFault) -> Option<String> {
    fault.decline_code.clone().or_else(|| fault.code.clone())
}

/// The record `billing.payment.processed`: the payment has reached a status that the patient will
/// notice. A payment on its way, or waiting for the patient, is not a failure.
pub async fn processed<A: Acting>(
    context: &RequestContext<A>,
    state: &AppState,
    transaction: &mut PgConnection,
    payment: &Payment,
) -> Result<AuditRecord, sqlx::Error> {
    let outcome = match payment.status {
        Status::Failed | Status::Canceled => Outcome::Failure,
        _ => Outcome::Success,
    };
    let consent = consents::find_permitted(transaction, payment.organization_id, &payment.encounter_id).await?;
    let record = context.audit("billing.payment.processed", Interaction::Update);
    Ok(facts(state, record, payment)
        .outcome(outcome)
        .detail("patient_consent_verified", consent)
        .detail(
            "pci_dss_compliant",
            is_card_data_free(payment) && state.stripe.is_encrypted(),
        ))
}

/// The facts of a payment that belong in the audit log: ids, amount and flags.
pub fn facts(state: &AppState, record: AuditRecord, payment: &Payment) -> AuditRecord {
    let secure_transport = state.stripe.is_encrypted();
    let mut record = record
        .entity("Payment", payment.id)
        .purpose("HPAYMT")
        .detail("amount", payment.amount.minor)
        .detail("currency", payment.amount.currency.to_string())
        .detail("status", payment.status.as_str())
        .detail("patient_encounter_id", payment.encounter_id.as_str())
        .detail("created_by", payment.created_by.as_str())
        .detail("compliance_context", "hipaa_enabled")
        .detail("phi_access_reason", "payment_processing")
        .detail(
            "compliance_flags",
            serde_json::json!({
                "pci_compliant": secure_transport && is_card_data_free(payment),
                "secure_transport": secure_transport,
            }),
        );
    if let Some(intent_id) = &payment.intent_id {
        record = record.detail("payment_intent_id", intent_id.as_str());
    }
    if let Some(code) = &payment.failure_code {
        record = record.detail("failure_code", code.as_str());
    }
    record
}

/// Whether no card data was handled here: the payment method is a reference that Stripe issued, or
/// is collected by the patient's browser.
fn is_card_data_free(payment: &Payment) -> bool {
    payment
        .payment_method
        .as_deref()
        .is_none_or(|method| ["pm_", "card_", "src_"].iter().any(|prefix| method.starts_with(prefix)))
}
