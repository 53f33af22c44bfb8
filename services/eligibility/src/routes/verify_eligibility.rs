//! Verification, by a coverage's id in the URL or in a body: never by member data in a URL.

use super::coverages::{READ_FORBIDDEN_DETAIL, may_look};
use crate::{
    AppState,
    actions::verify_eligibility::{self, VerifyEligibilityError},
    domain::{
        CoinsuranceAlternative, CopayAlternative, CoverageStatus, Deductible, Facts, LimitFigures, NetworkStatus,
        Outcome, Reason, Referral, Rejection, StatedLimit, UnreadPart, Verification,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, post, web::Data};
use chrono::{DateTime, Utc};
use garde::Validate;
use mc_access::{Caller, Operation, Principal};
use mc_chassis::http::{Body, Params, Problem};
use mc_contracts::Interaction;
use mc_vocabulary::{CoverageId, Money, Permission, VerificationId, problem};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Which coverage, for which service.
#[derive(Deserialize, Validate, utoipa::ToSchema, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VerifyRequest {
    #[garde(skip)]
    coverage_id: CoverageId,
    /// X12 data element 1365. The default is 30, the plan as a whole.
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

/// What is known of the coverage. `outcome` states where it comes from; amounts that the payer did
/// not state are null.
#[derive(Serialize, utoipa::ToSchema)]
pub struct VerificationView {
    verification_id: VerificationId,
    /// `live`: from the payer, now. `cached`: the last good answer, see `age_s` and `reason`.
    /// `payer_rejected`: see `rejections`. `unavailable`: see `reason` and `retry_after_s`.
    outcome: Outcome,
    coverage_id: CoverageId,
    service_type: String,
    status: Option<CoverageStatus>,
    plan: Option<String>,
    /// The patient's fixed share of the visit.
    copay: Option<Money>,
    /// What the copay is due for: `visit`, `day`, `admission`, `calendar_year`, …; null where the
    /// payer does not state it.
    copay_period: Option<String>,
    /// The payer's text about the copay.
    copay_conditions: Vec<String>,
    /// Other copays of the same service and network, such as a specialist's. Where `copay` is null,
    /// those that compete.
    copay_alternatives: Vec<CopayAlternative>,
    /// The patient's share as an exact decimal: 20 for 20 %.
    #[schema(value_type = Option<String>, example = "20")]
    coinsurance_percent: Option<Decimal>,
    /// The payer's text about the coinsurance.
    coinsurance_conditions: Vec<String>,
    /// Other shares of the same service and network. Where `coinsurance_percent` is null, those
    /// that compete.
    coinsurance_alternatives: Vec<CoinsuranceAlternative>,
    deductible: Option<Deductible>,
    family_deductible: Option<LimitFigures>,
    out_of_pocket: Option<LimitFigures>,
    out_of_pocket_remaining: Option<Money>,
    family_out_of_pocket: Option<LimitFigures>,
    /// Every deductible and out-of-pocket limit stated for the service. Limits that compete for a
    /// field are here and not in the field.
    limits: Vec<StatedLimit>,
    /// Who answers for the service where the plan as a whole does not.
    referrals: Vec<Referral>,
    network: Option<NetworkStatus>,
    /// Quote it when calling the payer.
    payer_trace_number: Option<String>,
    /// Trace number (TRN) of our 270.
    our_trace_number: Option<String>,
    /// When the payer answered.
    verified_at: Option<DateTime<Utc>>,
    /// Duration of the call to the payer, in milliseconds; 0 where it was not called.
    took_ms: u64,
    /// Age of a cached answer, in seconds.
    age_s: Option<i64>,
    /// Why the answer is not from the payer, now.
    reason: Option<Reason>,
    /// Seconds until a retry makes sense.
    retry_after_s: Option<u64>,
    /// The payer's rejections, each with advice.
    rejections: Vec<Rejection>,
    /// What could not be read in the payer's answer: it is absent above. At most 100 parts.
    unread: Vec<UnreadPart>,
}

impl From<Verification> for VerificationView {
    fn from(verification: Verification) -> Self {
        let (facts, rejections, unread) = verification
            .answer
            .map(|answer| (answer.facts, answer.rejections, answer.unread))
            .unwrap_or_default();
        let view = Self {
            verification_id: verification.id,
            outcome: verification.outcome,
            coverage_id: verification.coverage_id,
            service_type: verification.service_type,
            status: None,
            plan: None,
            copay: None,
            copay_period: None,
            copay_conditions: Vec::new(),
            copay_alternatives: Vec::new(),
            coinsurance_percent: None,
            coinsurance_conditions: Vec::new(),
            coinsurance_alternatives: Vec::new(),
            deductible: None,
            family_deductible: None,
            out_of_pocket: None,
            out_of_pocket_remaining: None,
            family_out_of_pocket: None,
            limits: Vec::new(),
            referrals: Vec::new(),
            network: None,
            payer_trace_number: verification.payer_trace_number,
            our_trace_number: verification.our_trace_number,
            verified_at: verification.verified_at,
            took_ms: verification.duration_ms,
            age_s: verification.age_s,
            reason: verification.reason,
            retry_after_s: verification.retry_after_s,
            rejections,
            unread,
        };
        match facts {
            Some(facts) => view.with(facts),
            None => view,
        }
    }
}

impl VerificationView {
    /// With the facts of the answer.
    fn with(self, facts: Facts) -> Self {
        Self {
            status: Some(facts.status),
            plan: facts.plan,
            copay: facts.copay,
            copay_period: facts.copay_period,
            copay_conditions: facts.copay_conditions,
            copay_alternatives: facts.copay_alternatives,
            coinsurance_percent: facts.coinsurance_percent,
            coinsurance_conditions: facts.coinsurance_conditions,
            coinsurance_alternatives: facts.coinsurance_alternatives,
            deductible: Some(facts.deductible),
            family_deductible: facts.family_deductible,
            out_of_pocket: facts.out_of_pocket,
            out_of_pocket_remaining: facts.out_of_pocket_remaining,
            family_out_of_pocket: facts.family_out_of_pocket,
            limits: facts.limits,
            referrals: facts.referrals,
            network: Some(facts.network),
            ..self
        }
    }
}

/// Verifies a coverage.
pub struct VerifyEligibility;

impl Operation for VerifyEligibility {
    const ACTION: &str = verify_eligibility::ACTION;
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::Coverage);
    const FORBIDDEN_DETAIL: &str = READ_FORBIDDEN_DETAIL;

    fn permits(caller: &Principal, _request: &HttpRequest) -> bool {
        may_look(caller)
    }
}

/// Verifies a coverage with its payer. A payer that is down is an outcome, not an error.
#[utoipa::path(tag = "eligibility", params(VerifyRequest), responses(
    (status = 200, description = "What is known; read `outcome`", body = VerificationView),
    (status = 400, description = "Unreadable query", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "The role sees no coverages", body = Problem),
    (status = 404, description = "There is no such coverage for this caller", body = Problem),
    (status = 422, description = "A parameter is wrong", body = Problem),
    (status = 503, description = "The verification cannot be recorded; no data is returned", body = Problem),
))]
#[get("/verify-eligibility")]
pub async fn verify_by_query(
    state: Data<AppState>,
    caller: Caller<VerifyEligibility>,
    query: Params<VerifyRequest>,
) -> Result<HttpResponse, Problem> {
    verify(state, caller, query.0).await
}

/// Verifies a coverage with its payer, as the GET does, with the ids in a body.
#[utoipa::path(tag = "eligibility", request_body = VerifyRequest, responses(
    (status = 200, description = "What is known; read `outcome`", body = VerificationView),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "The role sees no coverages", body = Problem),
    (status = 404, description = "There is no such coverage for this caller", body = Problem),
    (status = 413, description = "The body is too large", body = Problem),
    (status = 415, description = "Not JSON", body = Problem),
    (status = 422, description = "A field is wrong", body = Problem),
    (status = 503, description = "The verification cannot be recorded; no data is returned", body = Problem),
))]
#[post("/verify-eligibility")]
pub async fn verify_by_body(
    state: Data<AppState>,
    caller: Caller<VerifyEligibility>,
    body: Body<VerifyRequest>,
) -> Result<HttpResponse, Problem> {
    verify(state, caller, body.value).await
}

async fn verify(
    state: Data<AppState>,
    caller: Caller<VerifyEligibility>,
    request: VerifyRequest,
) -> Result<HttpResponse, Problem> {
    let context = caller
        .authorize(|record| record.entity("Coverage", request.coverage_id))
        .await?;
    let state = state.into_inner();
    let verification =
        verify_eligibility::execute(&context, &state, request.coverage_id, &request.service_type).await?;
    Ok(HttpResponse::Ok().json(VerificationView::from(verification)))
}

impl From<VerifyEligibilityError> for Problem {
    fn from(error: VerifyEligibilityError) -> Self {
        match error {
            VerifyEligibilityError::NotFound => Problem::new(problem::NOT_FOUND),
            VerifyEligibilityError::Query(_)
            | VerifyEligibilityError::Seal(_)
            | VerifyEligibilityError::Damaged
            | VerifyEligibilityError::Store(_) => Problem::internal(&error),
        }
    }
}
