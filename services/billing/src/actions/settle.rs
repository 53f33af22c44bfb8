//! What an attempt at a charge means for the payment: the one place that says so, for the desk and for the worker.

use crate::{
    AppState,
    domain::{Payment, Status},
    gateway::stripe::{Fault, Intent, StripeError},
    store::payments::{self, Standing},
};
use mc_chassis::http::Origin;
use mc_contracts::{Actor, AuditRecord, Interaction, Outcome};
use mc_keyring::SealsError;
use sqlx::PgConnection;

/// Why the payment could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// Sealing failed.
    #[error("the payment cannot be sealed")]
    Seal(#[from] SealsError),
    /// The store.
    #[error("the payment cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Writes what `attempt` came to. Gives the payment as it stands now.
pub async fn settle(
    state: &AppState,
    transaction: &mut PgConnection,
    payment: Payment,
    attempt: Result<Intent, StripeError>,
) -> Result<Payment, SettleError> {
    let now = state.clock.now();
    let mut payment = payments::get_for_update(transaction, payment.id)
        .await?
        .unwrap_or(payment);
    let (next, failure, intent) = match attempt {
        // Paid is believed of the webhook or of our own later question, never of the first answer alone.
        Ok(intent) if intent.standing() == Status::Succeeded && payment.intent_id.is_none() => {
            (Status::Processing, None, Some(intent))
        }
        Ok(intent) => (
            intent.standing(),
            intent.last_payment_error.as_ref().and_then(code),
            Some(intent),
        ),
        Err(StripeError::Declined(fault)) => (Status::Failed, code(&fault), fault.payment_intent.map(|intent| *intent)),
        Err(StripeError::Refused(code)) => (Status::Failed, Some(code), None),
        Err(StripeError::Unavailable(_) | StripeError::Secrets(_)) => {
            (payment.status, payment.failure_code.clone(), None)
        }
    };
    if payment.status.moves_to(next) {
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
    let standing = Standing {
        status: payment.status,
        failure_code: payment.failure_code.as_deref(),
        intent_id: payment.intent_id.as_deref(),
        client_secret_sealed: sealed.as_deref(),
        next_attempt_at,
    };
    payments::update_standing(transaction, payment.id, standing, now).await?;
    Ok(payment)
}

fn code(fault: &Fault) -> Option<String> {
    fault.decline_code.clone().or_else(|| fault.code.clone())
}

/// `payment_processed`: the payment came to where the patient will notice it (B4). On its way, or waiting for the patient, is no failure.
pub fn processed(state: &AppState, payment: &Payment, actor: Actor, origin: &Origin) -> AuditRecord {
    let outcome = match payment.status {
        Status::Failed | Status::Canceled => Outcome::Failure,
        _ => Outcome::Success,
    };
    facts(
        state
            .mailbox
            .audit_by("billing.payment.processed", Interaction::Update, actor, origin),
        payment,
    )
    .outcome(outcome)
    .detail("patient_consent_verified", true)
    .detail("pci_dss_compliant", true)
}

/// The facts of a payment that belong in the audit log (B3, B4): ids, amount and flags.
pub fn facts(record: AuditRecord, payment: &Payment) -> AuditRecord {
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
            serde_json::json!({ "pci_compliant": true, "audit_logged": true, "secure_transport": true }),
        );
    if let Some(intent_id) = &payment.intent_id {
        record = record.detail("payment_intent_id", intent_id.as_str());
    }
    if let Some(code) = &payment.failure_code {
        record = record.detail("failure_code", code.as_str());
    }
    record
}
