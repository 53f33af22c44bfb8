//! Stores a verification with its audit record.

use super::{
    query_payer::Exchange,
    verify_eligibility::{ACTION, VerifyEligibilityError},
};
use crate::{
    AppState,
    domain::{Coverage, Facts, LimitOf, Outcome, Verification},
    store::verifications::{self, NewVerification},
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::{AuditRecord, Interaction};
use mc_vocabulary::VerificationId;

/// Stores the verification and its audit record in one transaction.
pub(super) async fn record_verification(
    context: &RequestContext,
    state: &AppState,
    coverage: &Coverage,
    verification: &Verification,
    exchange: Option<&Exchange>,
    answered_by: Option<VerificationId>,
) -> Result<(), VerifyEligibilityError> {
    let organization_id = coverage.organization_id;
    let seal = |column, bytes: Option<Vec<u8>>| async move {
        match bytes {
            Some(bytes) => state
                .seals
                .seal(organization_id, column, verification.id, &bytes)
                .await
                .map(Some),
            None => Ok(None),
        }
    };
    let own = matches!(verification.outcome, Outcome::Live | Outcome::PayerRejected);
    let answer = verification
        .answer
        .as_ref()
        .filter(|_| own)
        .and_then(|answer| serde_json::to_vec(answer).ok());
    let answer_sealed = seal("verifications.answer", answer).await?;
    let payload = exchange.and_then(|exchange| exchange.response.payload.as_ref());
    let response_sealed = seal(
        "verifications.response",
        payload.map(|text| text.open().clone().into_bytes()),
    )
    .await?;

    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let new = NewVerification {
        verification,
        organization_id,
        inquiry_id: exchange.map(|exchange| exchange.inquiry.payload_id),
        answered_by,
        answer_sealed: answer_sealed.as_deref(),
        response_sealed: response_sealed.as_deref(),
        verified_by: context.subject(),
        at: verification
            .verified_at
            .filter(|_| own)
            .unwrap_or_else(|| state.clock.now()),
    };
    verifications::insert(&mut transaction, new).await?;
    let record = context.audit(ACTION, Interaction::Read);
    let record =
        describe(record, coverage, verification, exchange, answered_by).purpose(super::purpose(context.caller()));
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// Adds the ids, codes and figures of the verification, and which PHI elements were disclosed.
fn describe(
    record: AuditRecord,
    coverage: &Coverage,
    verification: &Verification,
    exchange: Option<&Exchange>,
    answered_by: Option<VerificationId>,
) -> AuditRecord {
    let facts = verification.answer.as_ref().and_then(|answer| answer.facts.as_ref());
    let outcome = match verification.outcome {
        Outcome::Unavailable => mc_contracts::Outcome::Failure,
        Outcome::Live | Outcome::Cached | Outcome::PayerRejected => mc_contracts::Outcome::Success,
    };
    let sent: &[&str] = if exchange.is_some() {
        &["member_id", "name", "birth_date", "gender"]
    } else {
        &[]
    };
    let mut record = record
        .entity("Coverage", coverage.id)
        .patient(coverage.patient_id.clone())
        .outcome(outcome)
        .detail("verification_id", verification.id.to_string())
        .detail("outcome", verification.outcome.as_str())
        .detail("payer_id", coverage.payer.id.as_str())
        .detail("service_type", verification.service_type.as_str())
        .detail("took_ms", verification.duration_ms)
        .detail("phi_elements_accessed", facts.map(elements).unwrap_or_default())
        .detail("phi_elements_sent_to_payer", sent.to_vec())
        .validated(true);
    let facts = [
        ("reason", verification.reason.map(|reason| reason.as_str().to_owned())),
        (
            "our_trace_number",
            exchange.map(|exchange| exchange.inquiry.trace_number.clone()),
        ),
        ("payer_trace_number", verification.payer_trace_number.clone()),
        ("answered_by", answered_by.map(|id| id.to_string())),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            record = record.detail(name, value);
        }
    }
    record
}

/// Names of the elements in the response.
fn elements(facts: &Facts) -> Vec<&'static str> {
    let has_limit = |kind| facts.limits.iter().any(|limit| limit.of == kind);
    let stated = [
        ("coverage_status", true),
        ("plan", facts.plan.is_some()),
        ("copay", facts.copay.is_some() || !facts.copay_alternatives.is_empty()),
        (
            "coinsurance",
            facts.coinsurance_percent.is_some() || !facts.coinsurance_alternatives.is_empty(),
        ),
        (
            "deductible",
            facts.deductible.total.is_some() || facts.deductible.remaining.is_some() || has_limit(LimitOf::Deductible),
        ),
        (
            "out_of_pocket",
            facts.out_of_pocket_remaining.is_some() || has_limit(LimitOf::OutOfPocket),
        ),
    ];
    stated
        .into_iter()
        .filter_map(|(name, present)| present.then_some(name))
        .collect()
}
