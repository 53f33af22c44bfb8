//! Is the patient covered, and what will the visit cost? A payer that is down is an outcome, never
//! an error.

use super::{
    interpret::{Draft, from_cache, interpret},
    query_payer::{Exchange, QueryPayerError, query_payer},
    record_verification::record_verification,
};
use crate::{
    AppState,
    domain::{Outcome, Reason, Verification},
    store::verifications,
};
use chrono::{DateTime, Utc};
use mc_access::{RequestContext, tenancy};
use mc_keyring::SealsError;
use mc_vocabulary::{CoverageId, VerificationId};
use std::sync::Arc;

pub(crate) const ACTION: &str = "insurance.eligibility.verify";

/// Why there is no verification.
#[derive(Debug, thiserror::Error)]
pub enum VerifyEligibilityError {
    /// There is no such coverage for this caller.
    #[error("there is no such coverage for the caller")]
    NotFound,
    /// The inquiry could not be stored, so that nothing was sent.
    #[error("the payer was not queried")]
    Query(#[source] Arc<QueryPayerError>),
    /// Sealing or opening failed.
    #[error("the answer cannot be sealed or opened")]
    Seal(#[from] SealsError),
    /// A stored answer has another form.
    #[error("a stored answer cannot be read")]
    Damaged,
    /// The store failed; the caller gets no data.
    #[error("the verification cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Verifies coverage with the payer, falling back to the last good answer. The result and its audit
/// record are committed before it is returned.
///
/// # Errors
/// [`VerifyEligibilityError`]; never because a payer is down.
pub async fn execute(
    context: &RequestContext,
    state: &Arc<AppState>,
    coverage_id: CoverageId,
    service_type: &str,
) -> Result<Verification, VerifyEligibilityError> {
    let transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let found = super::find_for(context, state, transaction, coverage_id, ACTION).await?;
    let (coverage, member_sealed, mut transaction) = found.ok_or(VerifyEligibilityError::NotFound)?;
    let good =
        verifications::find_last_good(&mut transaction, coverage.organization_id, coverage_id, service_type).await?;
    transaction.rollback().await?;

    let now = state.clock.now();
    let (draft, exchange) = match good {
        Some(good) if now - good.verified_at < state.fresh => {
            (from_cache(state, &coverage, good, Reason::Fresh, None).await?, None)
        }
        good => {
            let queried = query_payer(state, &coverage, member_sealed, service_type).await;
            let exchange = queried.map_err(VerifyEligibilityError::Query)?;
            let draft = interpret(state, &coverage, exchange.as_deref(), service_type, good).await?;
            (draft, exchange)
        }
    };
    let (exchange, answered_by) = (exchange.as_deref(), draft.answered_by);
    let verification = complete(coverage_id, service_type, draft, exchange, state.clock.now());
    record_verification(context, state, &coverage, &verification, exchange, answered_by).await?;
    Ok(verification)
}

fn complete(
    coverage_id: CoverageId,
    service_type: &str,
    draft: Draft,
    exchange: Option<&Exchange>,
    now: DateTime<Utc>,
) -> Verification {
    let duration = exchange.map_or(0, |exchange| exchange.response.duration.as_millis());
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
        duration_ms: u64::try_from(duration).unwrap_or(u64::MAX),
        age_s,
        retry_after_s: draft.retry_after_s,
    }
}
