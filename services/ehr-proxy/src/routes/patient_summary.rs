//! A patient's summary.

use super::{access_headers, operation_outcome::FhirProblems};
use crate::{
    AppState,
    actions::{
        authorize_reader,
        read_patient_summary::{self, ReadPatientSummary},
    },
};
use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use mc_access::{Authorized, Operation};
use mc_chassis::http::{Path, Problem};
use mc_contracts::Interaction;
use mc_fhir::FHIR_JSON;
use mc_vocabulary::{PatientId, Permission};

/// Reads a patient's summary. The action checks roles, purpose and consent.
pub struct GetPatientSummary;

impl Operation for GetPatientSummary {
    const ACTION: &str = "ehr.patient_summary.read";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = None;
    const FORBIDDEN_DETAIL: &str = "Medical staff access required for patient data";
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
    // A caller who opens no charts is refused before other parts of the request are validated.
    authorize_reader(&context, &state, &patient_id, emergency).await?;
    let access = access_headers::justified(headers, emergency)?;
    let command = ReadPatientSummary {
        patient_id,
        purpose: access_headers::purpose(headers)?,
        access,
    };
    let bundle = read_patient_summary::execute(&context, &state, command).await?;
    Ok(HttpResponse::Ok().content_type(FHIR_JSON).body(bundle))
}
