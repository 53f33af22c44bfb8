//! What a payer's response, or its absence, means for the verification.

use super::{query_payer::Exchange, verify_eligibility::VerifyEligibilityError};
use crate::{
    AppState,
    domain::{Answer, Coverage, Outcome, PayerReply, Reason, Rejection},
    gateway::PayerError,
    store::verifications::LastGoodVerification,
};
use chrono::{DateTime, SubsecRound, Utc};
use mc_vocabulary::VerificationId;

/// A verification before it is stored.
pub(super) struct Draft {
    pub(super) outcome: Outcome,
    pub(super) reason: Option<Reason>,
    pub(super) answer: Option<Answer>,
    pub(super) payer_trace_number: Option<String>,
    pub(super) our_trace_number: Option<String>,
    pub(super) verified_at: Option<DateTime<Utc>>,
    pub(super) retry_after_s: Option<u64>,
    pub(super) answered_by: Option<VerificationId>,
}

/// The live answer or rejection in the payer's response; without one, the last good answer.
pub(super) async fn interpret(
    state: &AppState,
    coverage: &Coverage,
    exchange: Option<&Exchange>,
    service_type: &str,
    good: Option<LastGoodVerification>,
) -> Result<Draft, VerifyEligibilityError> {
    let Some(exchange) = exchange else {
        return fall_back(state, coverage, good, Reason::PayerNotConnected, None, Vec::new()).await;
    };
    let response = match &exchange.response.result {
        Ok(response) => response,
        Err(error) => {
            log_error(coverage, error);
            return fall_back(state, coverage, good, error.reason(), error.retry_after_s(), Vec::new()).await;
        }
    };
    let (outcome, answer) = match PayerReply::of(response, service_type) {
        PayerReply::Answered(answer) => (Outcome::Live, answer),
        PayerReply::Rejected(answer) => (Outcome::PayerRejected, answer),
        PayerReply::Busy(rejections) => {
            let retry = Reason::PayerBusy.retry_after_s();
            return fall_back(state, coverage, good, Reason::PayerBusy, retry, rejections).await;
        }
    };
    Ok(Draft {
        outcome,
        reason: None,
        answer: Some(answer),
        payer_trace_number: response.payer_trace().map(|trace| trace.number.clone()),
        our_trace_number: Some(exchange.inquiry.trace_number.clone()),
        // In the precision of Postgres, so that a cached answer has the same time.
        verified_at: Some(state.clock.now().trunc_subsecs(6)),
        retry_after_s: None,
        answered_by: None,
    })
}

/// The last good answer, or none.
async fn fall_back(
    state: &AppState,
    coverage: &Coverage,
    good: Option<LastGoodVerification>,
    reason: Reason,
    retry_after_s: Option<u64>,
    rejections: Vec<Rejection>,
) -> Result<Draft, VerifyEligibilityError> {
    if let Some(good) = good {
        return from_cache(state, coverage, good, reason, retry_after_s).await;
    }
    let (id, reason_code) = (coverage.id, reason.as_str());
    tracing::warn!(coverage.id = %id, reason = reason_code, "no answer from the payer, and none is stored");
    Ok(Draft {
        outcome: Outcome::Unavailable,
        reason: Some(reason),
        answer: Some(Answer {
            facts: None,
            rejections,
            unread: Vec::new(),
        }),
        payer_trace_number: None,
        our_trace_number: None,
        verified_at: None,
        retry_after_s,
        answered_by: None,
    })
}

/// An earlier live answer.
pub(super) async fn from_cache(
    state: &AppState,
    coverage: &Coverage,
    good: LastGoodVerification,
    reason: Reason,
    retry_after_s: Option<u64>,
) -> Result<Draft, VerifyEligibilityError> {
    let bytes = state
        .seals
        .open(
            coverage.organization_id,
            "verifications.answer",
            good.id,
            &good.answer_sealed,
        )
        .await?;
    let answer = serde_json::from_slice(&bytes).map_err(|_| VerifyEligibilityError::Damaged)?;
    if reason != Reason::Fresh {
        let (id, reason, age_s) = (
            coverage.id,
            reason.as_str(),
            (state.clock.now() - good.verified_at).num_seconds(),
        );
        tracing::warn!(coverage.id = %id, reason, age_s, "eligibility is answered from the last good verification");
    }
    Ok(Draft {
        outcome: Outcome::Cached,
        reason: Some(reason),
        answer: Some(answer),
        payer_trace_number: good.payer_trace_number,
        our_trace_number: Some(good.our_trace_number),
        verified_at: Some(good.verified_at),
        retry_after_s,
        answered_by: Some(good.id),
    })
}

/// ERROR for what our operators must mend, WARN for failures at the payer.
fn log_error(coverage: &Coverage, error: &PayerError) {
    let payer_id = coverage.payer.id.as_str();
    match error.reason() {
        Reason::Misconfigured | Reason::PayerRefused => {
            tracing::error!(payer.id = payer_id, error.message = %error, "the payer cannot be queried");
        }
        _ => tracing::warn!(payer.id = payer_id, error.message = %error, "the payer gave no answer"),
    }
}
