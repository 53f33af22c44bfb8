//! Coverages: recorded with their member, read without it.

use super::shapes::{MemberRequest, PayerRequest, ProviderRequest};
use crate::{
    AppState,
    actions::{
        self,
        add_coverage::{AddCoverage, AddCoverageError, CoverageAdded},
    },
    domain::Coverage,
};
use actix_web::{HttpRequest, HttpResponse, get, post, web::Data};
use chrono::{DateTime, Utc};
use garde::Validate;
use mc_access::{Authorized, Caller, Operation, Principal, path_id};
use mc_chassis::http::{Body, IdempotencyKey, Path, Problem};
use mc_contracts::{AuditRecord, Interaction};
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
    /// National Provider Identifier of the provider.
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

pub(super) const READ_FORBIDDEN_DETAIL: &str =
    "Coverages are seen by front desk, billing, doctors, admins, and by patients their own.";

/// Records a coverage.
pub struct AddCoverageOperation;

impl Operation for AddCoverageOperation {
    const ACTION: &str = "insurance.coverage.add";
    const INTERACTION: Interaction = Interaction::Create;
    const PERMISSION: Option<Permission> = Some(Permission::Coverage);
    const FORBIDDEN_DETAIL: &str = "Coverages are recorded by front desk, billing, doctors and admins.";
}

/// Reads a coverage.
pub struct GetCoverage;

impl Operation for GetCoverage {
    const ACTION: &str = actions::get_coverage::ACTION;
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::Coverage);
    const FORBIDDEN_DETAIL: &str = READ_FORBIDDEN_DETAIL;

    fn permits(caller: &Principal, _request: &HttpRequest) -> bool {
        may_look(caller)
    }

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        match path_id::<CoverageId>(request, "coverage_id") {
            Some(id) => record.entity("Coverage", id),
            None => record,
        }
    }
}

/// Whether the caller may look for a coverage. Patients pass: the action compares the coverage's
/// patient with the caller.
pub(super) fn may_look(caller: &Principal) -> bool {
    caller.has_role(Role::Patient) || caller.may(Permission::Coverage)
}

/// Records a coverage; the member is stored sealed.
#[utoipa::path(tag = "coverages", request_body = AddCoverageRequest,
    params(("Idempotency-Key" = String, Header, description = "A repeat with the same key is answered from the store")), responses(
    (status = 201, description = "Recorded", body = CoverageAdded),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "The role records no coverages", body = Problem),
    (status = 409, description = "The same request is still running", body = Problem),
    (status = 413, description = "The body is too large", body = Problem),
    (status = 415, description = "Not JSON", body = Problem),
    (status = 422, description = "A field is wrong, or the key was used for another request", body = Problem),
    (status = 428, description = "No Idempotency-Key", body = Problem),
    (status = 503, description = "The database is not available", body = Problem),
))]
#[post("/coverages")]
pub async fn add_coverage(
    state: Data<AppState>,
    caller: Caller<AddCoverageOperation>,
    key: IdempotencyKey,
    body: Body<AddCoverageRequest>,
) -> Result<HttpResponse, Problem> {
    let request = body.value;
    let context = caller
        .authorize(|record| record.patient(request.patient_id.clone()))
        .await?;
    let command = AddCoverage {
        patient_id: request.patient_id,
        payer: request.payer.into(),
        provider: request.provider.into(),
        member: request.member.into(),
    };
    let (state, context) = (&state, &context);
    state
        .idempotency
        .once(context, "POST coverages", &key, body.digest, |claim| async move {
            Ok(actions::add_coverage::execute(context, state, command, &claim).await?)
        })
        .await
}

/// Returns a coverage without its member.
#[utoipa::path(tag = "coverages", params(("coverage_id" = CoverageId, Path)), responses(
    (status = 200, description = "The coverage", body = CoverageView),
    (status = 400, description = "The id is malformed", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "The role sees no coverages", body = Problem),
    (status = 404, description = "There is none for this caller", body = Problem),
    (status = 503, description = "The database is not available", body = Problem),
))]
#[get("/coverages/{coverage_id}")]
pub async fn get_coverage(
    state: Data<AppState>,
    context: Authorized<GetCoverage>,
    coverage_id: Path<CoverageId>,
) -> Result<HttpResponse, Problem> {
    let coverage = actions::get_coverage::execute(&context, &state, *coverage_id).await?;
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
