//! Problems of FHIR routes: an `OperationOutcome` with the same status and headers.

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};
use mc_chassis::http::{answers_as, problems_as};
use mc_fhir::{FHIR_JSON, outcome_of_problem};
use std::collections::BTreeMap;
use utoipa::{
    IntoResponses,
    openapi::{RefOr, Response},
};

const ANSWERS: &[(&str, &str)] = &[
    ("400", "A parameter is malformed or not known (OperationOutcome)"),
    ("401", "No valid token (OperationOutcome)"),
    ("403", "Neither compliance nor admin (OperationOutcome)"),
    ("404", "No such AuditEvent (OperationOutcome)"),
    (
        "405",
        "AuditEvents are never made, changed or deleted here (OperationOutcome)",
    ),
    ("413", "The body is too long (OperationOutcome)"),
    ("415", "The body is no form (OperationOutcome)"),
    ("500", "A fault of ours (OperationOutcome)"),
    (
        "503",
        "A part that this request needs is not answering (OperationOutcome)",
    ),
];

/// The problems of every FHIR route, for the OpenAPI document.
pub struct FhirProblems;

impl IntoResponses for FhirProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        answers_as(FHIR_JSON, ANSWERS)
    }
}

/// Renders a `problem+json` response as `OperationOutcome`; other responses are not changed.
pub async fn as_operation_outcome(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    problems_as(request, next, FHIR_JSON, outcome_of_problem).await
}
