//! A patient's summary.

use super::{access_headers, operation_outcome::FhirProblems, problems};
use crate::{
    AppState,
    actions::read_patient_summary::{self, ReadPatientSummary},
    domain::{Refusal, authorize},
};
use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use mc_access::{Authorized, Operation, Principal, path_id};
use mc_chassis::http::{Path, Problem};
use mc_contracts::{AuditRecord, Interaction};
use mc_fhir::FHIR_JSON;
use mc_vocabulary::{PatientId, Permission};

/// Reads a patient's summary. The action checks purpose and consent.
pub struct GetPatientSummary;

impl GetPatientSummary {
    fn check(caller: &Principal, request: &HttpRequest) -> Result<(), Refusal> {
        let own = path_id::<PatientId>(request, "id").is_some_and(|id| caller.is_self(&id));
        authorize(&caller.roles, own, access_headers::declares_emergency(request))
    }
}

impl Operation for GetPatientSummary {
    const ACTION: &str = "ehr.patient_summary.read";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = None;
    const FORBIDDEN_DETAIL: &str = problems::CHART_FORBIDDEN_DETAIL;

    fn permits(caller: &Principal, request: &HttpRequest) -> bool {
        Self::check(caller, request).is_ok()
    }

    fn refusal(caller: &Principal, request: &HttpRequest) -> (&'static str, &'static str) {
        problems::refusal(Self::check(caller, request))
    }

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        let record = record.validated(false);
        match path_id::<PatientId>(request, "id") {
            Some(id) => record.entity("Patient", &id).patient(id),
            None => record,
        }
    }
}

/// The part of a patient's chart that the caller's role and purpose need, as a FHIR R4 Bundle.
#[utoipa::path(tag = "charts",
    params(
        ("id" = PatientId, Path, description = "FHIR id of the Patient in the organization's EHR"),
        ("X-Access-Justification" = String, Header, min_length = 3, max_length = 200,
            description = "Why the chart is needed; kept in the audit log, so it must not identify the patient"),
        ("X-Purpose-Of-Use" = Option<String>, Header, pattern = "^(TREAT|ETREAT|HOPERAT|HPAYMT)$",
            description = "Code of v3-ActReason; default: the first purpose that the caller's role serves, beginning with treatment"),
        ("X-Emergency-Override" = Option<bool>, Header,
            description = "A doctor reads without the patient's consent; recorded as an emergency"),
    ),
    responses(
    (status = 200, description = "Bundle of the Patient and the resources of the summary", body = serde_json::Value, content_type = "application/fhir+json"),
    FhirProblems,
))]
#[get("/{id}")]
pub async fn patient_summary(
    state: Data<AppState>,
    context: Authorized<GetPatientSummary>,
    id: Path<PatientId>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (patient_id, headers) = (id.into_inner(), request.headers());
    let emergency = access_headers::emergency(headers)?;
    let access = access_headers::justified(headers, emergency)?;
    let command = ReadPatientSummary {
        patient_id,
        purpose: access_headers::purpose(headers)?,
        access,
    };
    let bundle = read_patient_summary::execute(&context, &state, command).await?;
    Ok(HttpResponse::Ok().content_type(FHIR_JSON).body(bundle))
}
