//! Is the patient covered, and what will the visit cost? A payer that is down is an outcome, never an error (L2).

use super::{
    ask_payer::{AskPayerError, Exchange, ask_payer},
    record_verification::record_verification,
};
use crate::{
    AppState,
    domain::{Answer, Coverage, Outcome, Reason, Rejection, Said, Verification},
    gateway::Fault,
    store::verifications::{self, Good},
};
use chrono::{DateTime, SubsecRound, Utc};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_keyring::SealsError;
use mc_vocabulary::{CoverageId, VerificationId};
use std::sync::Arc;

pub(super) const ACTION: &str = "insurance.eligibility.verify";

/// Why there is no verification.
#[derive(Debug, thiserror::Error)]
pub enum VerifyEligibilityError {
    /// There is no such coverage for this caller.
    #[error("there is no such coverage for the caller")]
    NotFound,
    /// The question could not be put on record.
    #[error("the payer was not asked")]
    Ask(#[source] Arc<AskPayerError>),
    /// Sealing or opening failed.
    #[error("the answer cannot be sealed or opened")]
    Seal(#[from] SealsError),
    /// A stored answer has another form.
    #[error("a stored answer cannot be read")]
    Damaged,
    /// The store; the caller gets no data.
    #[error("the verification cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// What is known of the answer before it is stored.
struct Draft {
    outcome: Outcome,
    reason: Option<Reason>,
    answer: Option<Answer>,
    payer_trace_number: Option<String>,
    our_trace_number: Option<String>,
    verified_at: Option<DateTime<Utc>>,
    retry_after_s: Option<u64>,
    answered_by: Option<VerificationId>,
}

/// Asks the payer, or tells the last good answer. Stored and on record before it is told.
///
/// # Errors
/// [`VerifyEligibilityError`]; never because a payer is down.
pub async fn verify_eligibility(
    state: &Arc<AppState>,
    caller: &Principal,
    coverage_id: CoverageId,
    service_type: &str,
    origin: &Origin,
) -> Result<Verification, VerifyEligibilityError> {
    let transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    let found = super::find_for(state, transaction, caller, coverage_id, ACTION, origin).await?;
    let (coverage, member_sealed, mut transaction) = found.ok_or(VerifyEligibilityError::NotFound)?;
    let good = verifications::find_last_good(&mut transaction, coverage_id, service_type).await?;
    transaction.rollback().await?;

    let now = state.clock.now();
    let (draft, exchange) = match good {
        Some(good) if now - good.verified_at < state.fresh => {
            (again(state, &coverage, good, Reason::Fresh, None).await?, None)
        }
        good => {
            let asked = ask_payer(state, &coverage, member_sealed, service_type).await;
            let exchange = asked.map_err(VerifyEligibilityError::Ask)?;
            (
                judge(state, &coverage, exchange.as_deref(), service_type, good).await?,
                exchange,
            )
        }
    };
    let answered_by = draft.answered_by;
    let verification = told(coverage_id, service_type, draft, exchange.as_deref(), state.clock.now());
    record_verification(
        state,
        caller,
        &coverage,
        &verification,
        exchange.as_deref(),
        answered_by,
        origin,
    )
    .await?;
    Ok(verification)
}

/// What the payer's reply amounts to.
async fn judge(
    state: &AppState,
    coverage: &Coverage,
    exchange: Option<&Exchange>,
    service_type: &str,
    good: Option<Good>,
) -> Result<Draft, VerifyEligibilityError> {
    let Some(exchange) = exchange else {
        return fall_back(state, coverage, good, Reason::PayerNotConnected, None, Vec::new()).await;
    };
    let response = match &exchange.reply.read {
        Ok(response) => response,
        Err(fault) => {
            log_fault(coverage, fault);
            return fall_back(state, coverage, good, fault.reason(), fault.retry_after_s(), Vec::new()).await;
        }
    };
    let (outcome, answer) = match Said::of(response, service_type) {
        Said::Answered(answer) => (Outcome::Live, answer),
        Said::Rejected(answer) => (Outcome::PayerRejected, answer),
        Said::Busy(rejections) => {
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
        // As Postgres keeps it: told again, it is the same time.
        verified_at: Some(state.clock.now().trunc_subsecs(6)),
        retry_after_s: None,
        answered_by: None,
    })
}

/// The last good answer, or none.
async fn fall_back(
    state: &AppState,
    coverage: &Coverage,
    good: Option<Good>,
    reason: Reason,
    retry_after_s: Option<u64>,
    rejections: Vec<Rejection>,
) -> Result<Draft, VerifyEligibilityError> {
    if let Some(good) = good {
        return again(state, coverage, good, reason, retry_after_s).await;
    }
    let (id, reason_word) = (coverage.id, reason.as_str());
    tracing::warn!(coverage.id = %id, reason = reason_word, "eligibility cannot be told: the payer gave no answer and none is kept");
    Ok(Draft {
        outcome: Outcome::Unavailable,
        reason: Some(reason),
        answer: Some(Answer {
            facts: None,
            rejections,
        }),
        payer_trace_number: None,
        our_trace_number: None,
        verified_at: None,
        retry_after_s,
        answered_by: None,
    })
}

/// A live answer of before, told again.
async fn again(
    state: &AppState,
    coverage: &Coverage,
    good: Good,
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
        tracing::warn!(coverage.id = %id, reason, age_s, "eligibility is told from the last good answer");
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

/// What can be cured by somebody of ours is an error, the payer's own troubles are warnings.
fn log_fault(coverage: &Coverage, fault: &Fault) {
    let payer_id = coverage.payer.id.as_str();
    match fault.reason() {
        Reason::Misconfigured | Reason::PayerRefused => {
            tracing::error!(payer.id = payer_id, error.message = %fault, "the payer cannot be asked");
        }
        _ => tracing::warn!(payer.id = payer_id, error.message = %fault, "the payer gave no answer"),
    }
}

fn told(
    coverage_id: CoverageId,
    service_type: &str,
    draft: Draft,
    exchange: Option<&Exchange>,
    now: DateTime<Utc>,
) -> Verification {
    let took = exchange.map_or(0, |exchange| exchange.reply.took.as_millis());
    let age_s = draft
        .verified_at
        .filter(|_| draft.outcome == Outcome::Cached)
        .map(|at| (now - at).num_seconds().max(0));
    Verification {
        id: VerificationId::new(),
        coverage_id,
        service_type: service_type.to_owned(),
        outcome: draft.outcome,
        reason: draft.reason,
        answer: draft.answer,
        payer_trace_number: draft.payer_trace_number,
        our_trace_number: draft.our_trace_number,
        verified_at: draft.verified_at,
        took_ms: u64::try_from(took).unwrap_or(u64::MAX),
        age_s,
        retry_after_s: draft.retry_after_s,
    }
}
