//! The audit records of payments.

use crate::{
    AppState,
    domain::{CancelReason, Payment, Status},
    store::consents,
};
use mc_access::{Acting, RequestContext};
use mc_contracts::{AuditRecord, Interaction, Outcome};
use sqlx::PgConnection;

/// The record `billing.payment.processed`: the payment has reached another status. A payment on its
/// way, or waiting for the patient, is not a failure.
pub async fn processed<A: Acting>(
    context: &RequestContext<A>,
    state: &AppState,
    transaction: &mut PgConnection,
    payment: &Payment,
) -> Result<AuditRecord, sqlx::Error> {
    let outcome = match payment.status {
        Status::Canceled if payment.cancel_reason == Some(CancelReason::Requested) => Outcome::Success,
        Status::Failed | Status::Canceled => Outcome::Failure,
        _ => Outcome::Success,
    };
    let permit = consents::find_permit(transaction, payment.organization_id, &payment.encounter_id).await?;
    let record = context.audit("billing.payment.processed", Interaction::Update);
    Ok(facts(state, record, payment)
        .outcome(outcome)
        .detail("patient_consent_verified", permit.is_some())
        .detail(
            "pci_dss_compliant",
            is_card_data_free(payment) && state.stripe.is_encrypted(),
        ))
}

/// The facts of a payment that belong in the audit log: the patient, ids, amount and flags.
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
    record.patient_id.clone_from(&payment.patient_id);
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
