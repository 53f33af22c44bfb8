//! A patient's summary (E1).

use super::{opening, operation_outcome::FhirProblems};
use crate::{
    AppState,
    actions::{
        authorize_reader,
        read_patient_summary::{ReadPatientSummary, read_patient_summary},
    },
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path},
};
use mc_access::Principal;
use mc_chassis::http::{Origin, Problem};
use mc_fhir::FHIR_JSON;
use mc_vocabulary::PatientId;

/// The part of a patient's chart that the caller's role and purpose need, as a FHIR R4 Bundle.
#[utoipa::path(tag = "charts",
    params(
        ("id" = PatientId, Path, description = "FHIR id of the Patient in the organisation's EHR"),
        ("X-Access-Justification" = String, Header, min_length = 3, max_length = 200,
            description = "Why the chart is needed; kept in the audit log, so never who the patient is"),
        ("X-Purpose-Of-Use" = Option<String>, Header, pattern = "^(TREAT|ETREAT|HOPERAT|HPAYMT)$",
            description = "Code of v3-ActReason; without it the first purpose that the caller's role serves, treatment before all others"),
        ("X-Emergency-Override" = Option<bool>, Header,
            description = "A doctor reads without the patient's consent; recorded as an emergency"),
    ),
    responses(
    (status = 200, description = "Bundle of the Patient and what belongs to the summary", body = serde_json::Value, content_type = "application/fhir+json"),
    FhirProblems,
))]
#[get("/{id}")]
pub async fn patient_summary(
    state: Data<AppState>,
    caller: Principal,
    id: Path<PatientId>,
    origin: Origin,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (patient_id, headers) = (id.into_inner(), request.headers());
    let emergency = opening::emergency(headers)?;
    // Who opens no charts at all learns nothing about what a request needs.
    authorize_reader(&state, &patient_id, emergency, &caller, &origin).await?;
    let opening = opening::justified(headers, emergency)?;
    let command = ReadPatientSummary {
        patient_id,
        purpose: opening::purpose(headers)?,
        opening,
    };
    let bundle = read_patient_summary(&state, command, &caller, &origin).await?;
    Ok(HttpResponse::Ok().content_type(FHIR_JSON).body(bundle))
}
