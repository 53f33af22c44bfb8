//! Problems as FHIR says them: an `OperationOutcome` with the same status and headers.

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

/// What every FHIR route may answer with, for the OpenAPI document.
pub struct FhirProblems;

impl IntoResponses for FhirProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        answers_as(FHIR_JSON, ANSWERS)
    }
}

/// Turns a `problem+json` answer into an `OperationOutcome`; every other answer passes as it is.
pub async fn as_operation_outcome(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    problems_as(request, next, FHIR_JSON, outcome_of_problem).await
}
