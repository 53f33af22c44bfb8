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
    ("400", "A header, the id or the body is malformed (OperationOutcome)"),
    ("401", "No valid token (OperationOutcome)"),
    (
        "403",
        "Role, purpose, consent or the EHR's own policy (OperationOutcome)",
    ),
    ("404", "The EHR has no such resource (OperationOutcome)"),
    ("409", "The organisation has no EHR connection yet (OperationOutcome)"),
    ("412", "The resource is not at the version meant (OperationOutcome)"),
    ("413", "The body is too long (OperationOutcome)"),
    ("415", "The body is not JSON (OperationOutcome)"),
    (
        "422",
        "A field is not acceptable, or the justification says who the patient is (OperationOutcome)",
    ),
    ("428", "A header is missing (OperationOutcome)"),
    ("500", "A fault of ours (OperationOutcome)"),
    (
        "502",
        "The EHR answered with nonsense, or the connection is set up wrongly (OperationOutcome)",
    ),
    ("503", "The EHR or a part of ours is not answering (OperationOutcome)"),
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
