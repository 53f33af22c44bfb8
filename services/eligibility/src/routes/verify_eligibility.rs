//! Verification: by a coverage's id in the URL, or in a body. Never by member data in a URL.

use super::coverages::READ_FORBIDDEN_DETAIL;
use crate::{
    AppState,
    actions::verify_eligibility::{VerifyEligibilityError, verify_eligibility},
    domain::{CopayAlternative, CoverageStatus, Deductible, NetworkStatus, Outcome, Reason, Rejection, Verification},
};
use actix_web::{HttpResponse, get, post, web::Data};
use chrono::{DateTime, Utc};
use garde::Validate;
use mc_access::Principal;
use mc_chassis::http::{Body, Origin, Params, Problem};
use mc_contracts::Interaction;
use mc_vocabulary::{CoverageId, Money, Permission, Role, VerificationId, problem};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Which coverage, for which service.
#[derive(Deserialize, Validate, utoipa::ToSchema, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VerifyRequest {
    #[garde(skip)]
    coverage_id: CoverageId,
    /// X12 data element 1365; 30, the plan as a whole, unless told.
    #[garde(custom(a_service_type))]
    #[serde(default = "plan_as_a_whole")]
    #[param(pattern = "^[A-Z0-9]{1,2}$", default = "30")]
    #[schema(pattern = "^[A-Z0-9]{1,2}$", default = "30")]
    service_type: String,
}

fn plan_as_a_whole() -> String {
    "30".to_owned()
}

fn a_service_type<C>(code: &str, _: &C) -> garde::Result {
    let good = (1..=2).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if good {
        Ok(())
    } else {
        Err(garde::Error::new("expected one or two capital letters or digits"))
    }
}

/// What is known of the coverage. `outcome` says how far to trust it; amounts that the payer did not state are null.
#[derive(Serialize, utoipa::ToSchema)]
pub struct VerificationView {
    verification_id: VerificationId,
    /// `live`: from the payer, now. `cached`: the last good answer, see `age_s` and `reason`. `payer_rejected`: see `rejections`.
    /// `unavailable`: see `reason` and `retry_after_s`.
    outcome: Outcome,
    coverage_id: CoverageId,
    service_type: String,
    status: Option<CoverageStatus>,
    plan: Option<String>,
    /// In minor units.
    copay: Option<Money>,
    /// Other copays of the same service and network, such as a specialist's.
    copay_alternatives: Vec<CopayAlternative>,
    /// The patient's share as an exact decimal: 20 for 20 %.
    #[schema(value_type = Option<String>, example = "20")]
    coinsurance_percent: Option<Decimal>,
    deductible: Option<Deductible>,
    out_of_pocket_remaining: Option<Money>,
    network: Option<NetworkStatus>,
    /// Quote it when calling the payer.
    payer_trace_number: Option<String>,
    /// TRN of our 270.
    our_trace_number: Option<String>,
    /// When the payer said it.
    verified_at: Option<DateTime<Utc>>,
    /// How long the payer took now, in milliseconds; 0 where it was not asked.
    took_ms: u64,
    /// Age of a cached answer, in seconds.
    age_s: Option<i64>,
    /// Why the answer is not from the payer, now.
    reason: Option<Reason>,
    /// When asking again makes sense, in seconds.
    retry_after_s: Option<u64>,
    /// The payer's own refusals, with what can be done.
    rejections: Vec<Rejection>,
}

impl From<Verification> for VerificationView {
    fn from(told: Verification) -> Self {
        let (facts, rejections) = told
            .answer
            .map(|answer| (answer.facts, answer.rejections))
            .unwrap_or_default();
        let (status, network) = (facts.as_ref().map(|f| f.status), facts.as_ref().map(|f| f.network));
        let (copay, left) = (
            facts.as_ref().and_then(|f| f.copay),
            facts.as_ref().and_then(|f| f.out_of_pocket_remaining),
        );
        let coinsurance_percent = facts.as_ref().and_then(|f| f.coinsurance_percent);
        let (plan, copay_alternatives, deductible) = facts.map_or((None, Vec::new(), None), |f| {
            (f.plan, f.copay_alternatives, Some(f.deductible))
        });
        Self {
            verification_id: told.id,
            outcome: told.outcome,
            coverage_id: told.coverage_id,
            service_type: told.service_type,
            status,
            plan,
            copay,
            copay_alternatives,
            coinsurance_percent,
            deductible,
            out_of_pocket_remaining: left,
            network,
            payer_trace_number: told.payer_trace_number,
            our_trace_number: told.our_trace_number,
            verified_at: told.verified_at,
            took_ms: told.took_ms,
            age_s: told.age_s,
            reason: told.reason,
            retry_after_s: told.retry_after_s,
            rejections,
        }
    }
}

/// Asks the payer about a coverage. A payer that is down is an outcome, not an error.
#[utoipa::path(tag = "eligibility", params(VerifyRequest), responses(
    (status = 200, description = "What is known; read `outcome`", body = VerificationView),
    (status = 400, description = "Unreadable query", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "The role sees no coverages", body = Problem),
    (status = 404, description = "There is no such coverage for this caller", body = Problem),
    (status = 422, description = "A parameter is wrong", body = Problem),
    (status = 503, description = "The verification cannot be put on record; no data is told", body = Problem),
))]
#[get("/verify-eligibility")]
pub async fn verify_by_query(
    state: Data<AppState>,
    caller: Principal,
    query: Params<VerifyRequest>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    verify(state, caller, query.0, origin).await
}

/// Asks the payer about a coverage, as the GET does, with the ids in a body.
#[utoipa::path(tag = "eligibility", request_body = VerifyRequest, responses(
    (status = 200, description = "What is known; read `outcome`", body = VerificationView),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "The role sees no coverages", body = Problem),
    (status = 404, description = "There is no such coverage for this caller", body = Problem),
    (status = 413, description = "The body is too large", body = Problem),
    (status = 415, description = "Not JSON", body = Problem),
    (status = 422, description = "A field is wrong", body = Problem),
    (status = 503, description = "The verification cannot be put on record; no data is told", body = Problem),
))]
#[post("/verify-eligibility")]
pub async fn verify_by_body(
    state: Data<AppState>,
    caller: Principal,
    body: Body<VerifyRequest>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    verify(state, caller, body.value, origin).await
}

async fn verify(
    state: Data<AppState>,
    caller: Principal,
    request: VerifyRequest,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    // Which ones a patient sees is decided when the coverage is known.
    if !caller.has_role(Role::Patient) {
        let wanted = state
            .mailbox
            .audit_of("insurance.eligibility.verify", Interaction::Read, &caller, &origin)
            .entity("Coverage", request.coverage_id);
        state
            .mailbox
            .authorize(&caller, Permission::Coverage, READ_FORBIDDEN_DETAIL, wanted)
            .await?;
    }
    let state = state.into_inner();
    let told = verify_eligibility(&state, &caller, request.coverage_id, &request.service_type, &origin).await?;
    Ok(HttpResponse::Ok().json(VerificationView::from(told)))
}

impl From<VerifyEligibilityError> for Problem {
    fn from(error: VerifyEligibilityError) -> Self {
        match error {
            VerifyEligibilityError::NotFound => Problem::new(problem::NOT_FOUND),
            VerifyEligibilityError::Ask(_)
            | VerifyEligibilityError::Seal(_)
            | VerifyEligibilityError::Damaged
            | VerifyEligibilityError::Store(_) => Problem::internal(&error),
        }
    }
}
