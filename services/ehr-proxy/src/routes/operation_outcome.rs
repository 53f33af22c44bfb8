//! Problems as FHIR `OperationOutcome`, with the same status and headers.

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
    ("409", "The organization has no EHR connection yet (OperationOutcome)"),
    ("412", "The resource is not at the named version (OperationOutcome)"),
    ("413", "The body is too long (OperationOutcome)"),
    ("415", "The body is not JSON (OperationOutcome)"),
    (
        "422",
        "A field is invalid, or the justification identifies the patient (OperationOutcome)",
    ),
    ("428", "A header is missing (OperationOutcome)"),
    ("500", "Internal error (OperationOutcome)"),
    (
        "502",
        "The EHR returned an invalid response, or the connection is misconfigured (OperationOutcome)",
    ),
    ("503", "The EHR or a component is unavailable (OperationOutcome)"),
];

/// The refusals of every FHIR route, for the OpenAPI document.
pub struct FhirProblems;

impl IntoResponses for FhirProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        answers_as(FHIR_JSON, ANSWERS)
    }
}

/// Converts a `problem+json` response to an `OperationOutcome`; other responses are unchanged.
pub async fn as_operation_outcome(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    problems_as(request, next, FHIR_JSON, outcome_of_problem).await
}
