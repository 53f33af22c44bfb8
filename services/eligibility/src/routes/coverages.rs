//! Coverages: recorded with their member, shown without.

use super::shapes::{MemberRequest, PayerRequest, ProviderRequest};
use crate::{
    AppState,
    actions::{
        add_coverage::{AddCoverage, AddCoverageError, CoverageAdded, add_coverage as adding_coverage},
        get_coverage::get_coverage as showing_coverage,
    },
    domain::Coverage,
};
use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};
use chrono::{DateTime, Utc};
use garde::Validate;
use mc_access::Principal;
use mc_chassis::http::{Body, IdempotencyKey, Origin, Problem};
use mc_contracts::Interaction;
use mc_mailbox::Scope;
use mc_vocabulary::{CoverageId, PatientId, Permission, Role, problem};
use serde::{Deserialize, Serialize};

/// A person's insurance.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddCoverageRequest {
    /// Patient in the EHR.
    #[garde(skip)]
    patient_id: PatientId,
    #[garde(dive)]
    payer: PayerRequest,
    #[garde(dive)]
    provider: ProviderRequest,
    #[garde(dive)]
    member: MemberRequest,
}

/// A coverage without its member.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CoverageView {
    coverage_id: CoverageId,
    patient_id: PatientId,
    /// NM109 of loop 2100A.
    payer_id: String,
    payer_name: String,
    /// National Provider Identifier of who asks.
    provider_npi: String,
    created_at: DateTime<Utc>,
}

impl From<Coverage> for CoverageView {
    fn from(coverage: Coverage) -> Self {
        Self {
            coverage_id: coverage.id,
            patient_id: coverage.patient_id,
            payer_id: coverage.payer.id,
            payer_name: coverage.payer.name,
            provider_npi: coverage.provider.npi,
            created_at: coverage.created_at,
        }
    }
}

const RECORD_FORBIDDEN_DETAIL: &str = "Coverages are recorded by front desk, billing, doctors and admins.";
pub(super) const READ_FORBIDDEN_DETAIL: &str =
    "Coverages are seen by front desk, billing, doctors, admins, and by patients their own.";

/// Records a coverage; the member is stored sealed.
#[utoipa::path(tag = "coverages", request_body = AddCoverageRequest,
    params(("Idempotency-Key" = String, Header, description = "Repeats with the same key are answered, not done again")), responses(
    (status = 201, description = "Recorded", body = CoverageAdded),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "The role records no coverages", body = Problem),
    (status = 409, description = "The same request is still running", body = Problem),
    (status = 413, description = "The body is too large", body = Problem),
    (status = 415, description = "Not JSON", body = Problem),
    (status = 422, description = "A field is wrong, or the key was used for another request", body = Problem),
    (status = 428, description = "No Idempotency-Key", body = Problem),
    (status = 503, description = "The database is away", body = Problem),
))]
#[post("/coverages")]
pub async fn add_coverage(
    state: Data<AppState>,
    caller: Principal,
    key: IdempotencyKey,
    body: Body<AddCoverageRequest>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let wanted = state
        .mailbox
        .audit_of("insurance.coverage.add", Interaction::Create, &caller, &origin)
        .patient(body.value.patient_id.clone());
    state
        .mailbox
        .authorize(&caller, Permission::Coverage, RECORD_FORBIDDEN_DETAIL, wanted)
        .await?;
    let request = body.value;
    let command = AddCoverage {
        patient_id: request.patient_id,
        payer: request.payer.into(),
        provider: request.provider.into(),
        member: request.member.into(),
    };
    let scope = Scope {
        caller: format!("{}/{}", caller.organization_id, caller.subject),
        route: "POST coverages",
    };
    let (state, caller, origin) = (&state, &caller, &origin);
    state
        .mailbox
        .once(scope, &key, body.digest, |claim| async move {
            Ok(adding_coverage(state, command, caller, &claim, origin).await?)
        })
        .await
}

/// Shows a coverage: ids and payer, nothing of the member.
#[utoipa::path(tag = "coverages", params(("coverage_id" = CoverageId, Path)), responses(
    (status = 200, description = "The coverage", body = CoverageView),
    (status = 400, description = "The id is malformed", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "The role sees no coverages", body = Problem),
    (status = 404, description = "There is none for this caller", body = Problem),
    (status = 503, description = "The database is away", body = Problem),
))]
#[get("/coverages/{coverage_id}")]
pub async fn get_coverage(
    state: Data<AppState>,
    caller: Principal,
    coverage_id: Path<CoverageId>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    // Which ones a patient sees is decided when the coverage is known.
    if !caller.has_role(Role::Patient) {
        let wanted = state
            .mailbox
            .audit_of("insurance.coverage.read", Interaction::Read, &caller, &origin)
            .entity("Coverage", *coverage_id);
        state
            .mailbox
            .authorize(&caller, Permission::Coverage, READ_FORBIDDEN_DETAIL, wanted)
            .await?;
    }
    let coverage = showing_coverage(&state, &caller, *coverage_id, &origin).await?;
    let coverage = coverage.ok_or_else(|| Problem::new(problem::NOT_FOUND))?;
    Ok(HttpResponse::Ok().json(CoverageView::from(coverage)))
}

impl From<AddCoverageError> for Problem {
    fn from(error: AddCoverageError) -> Self {
        match error {
            AddCoverageError::BirthDate => {
                Problem::new(problem::UNPROCESSABLE).at("/member/birth_date", "is in the future or too long ago")
            }
            AddCoverageError::Seal(_) | AddCoverageError::Store(_) => Problem::internal(&error),
        }
    }
}
