//! Problems as FHIR says them: an `OperationOutcome` with the same status and headers.

use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody, to_bytes_limited},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{CONTENT_TYPE, HeaderValue},
    middleware::Next,
};
use mc_fhir::{OperationOutcome, Severity};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::{
    IntoResponses,
    openapi::{Content, Object, RefOr, Response, ResponseBuilder},
};

/// The FHIR media type.
pub const FHIR_JSON: &str = "application/fhir+json";
/// The system of codes that are URIs themselves.
const URI_SYSTEM: &str = "urn:ietf:rfc:3986";
const PROBLEM_BYTES_MAX: usize = 64 * 1024;

#[derive(Deserialize)]
struct Said {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    detail: String,
    instance: Option<String>,
    #[serde(default)]
    errors: Vec<Place>,
}

#[derive(Deserialize)]
struct Place {
    place: String,
    detail: String,
}

/// What every FHIR route may answer with, for the `OpenAPI` document.
pub struct FhirProblems;

const ANSWERS: [(&str, &str); 13] = [
    ("400", "A header, the id or the body is malformed"),
    ("401", "No valid token"),
    ("403", "Role, purpose, consent or the EHR's own policy"),
    ("404", "The EHR has no such resource"),
    ("409", "The organisation has no EHR connection yet"),
    ("412", "The resource is not at the version meant"),
    ("413", "The body is too long"),
    ("415", "The body is not JSON"),
    (
        "422",
        "A field is not acceptable, or the justification says who the patient is",
    ),
    ("428", "A header is missing"),
    ("500", "A fault of ours"),
    (
        "502",
        "The EHR answered with nonsense, or the connection is set up wrongly",
    ),
    ("503", "The EHR or a part of ours is not answering"),
];

impl IntoResponses for FhirProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let one = |description: &str| {
            let content = Content::new(Some(Object::new()));
            ResponseBuilder::new()
                .description(format!("{description} (OperationOutcome)"))
                .content(FHIR_JSON, content)
                .build()
        };
        ANSWERS
            .iter()
            .map(|(status, description)| ((*status).to_owned(), one(description).into()))
            .collect()
    }
}

/// Turns a `problem+json` answer into an `OperationOutcome`; every other answer passes as it is.
pub async fn as_operation_outcome(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = match next.call(request).await {
        Ok(response) => response.map_into_boxed_body(),
        Err(error) => return Err(error),
    };
    let is_problem = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"));
    if !is_problem {
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let said = to_bytes_limited(body, PROBLEM_BYTES_MAX)
        .await
        .ok()
        .and_then(Result::ok);
    let said = said.and_then(|body| serde_json::from_slice::<Said>(&body).ok());
    let mut response: HttpResponse = head.set_body(BoxBody::new(outcome(said)));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(FHIR_JSON));
    Ok(ServiceResponse::new(request, response))
}

fn outcome(said: Option<Said>) -> String {
    let Some(said) = said else {
        return OperationOutcome::new(Severity::Fatal, "exception", "A fault of ours.").to_json();
    };
    let places: Vec<_> = said
        .errors
        .iter()
        .map(|error| format!(" {}: {}.", error.place, error.detail))
        .collect();
    let places = places.concat();
    let trace = said
        .instance
        .map(|instance| format!(" ({instance})"))
        .unwrap_or_default();
    let diagnostics = format!("{}. {}{places}{trace}", said.title, said.detail);
    let severity = if said.status >= 500 {
        Severity::Fatal
    } else {
        Severity::Error
    };
    OperationOutcome::new(severity, issue_type(said.status), diagnostics)
        .details(URI_SYSTEM, said.kind)
        .to_json()
}

/// The code of FHIR's issue types that comes nearest.
fn issue_type(status: u16) -> &'static str {
    match status {
        400 => "invalid",
        401 => "login",
        403 => "forbidden",
        404 => "not-found",
        405 | 415 => "not-supported",
        409 | 412 => "conflict",
        413 => "too-long",
        422 => "processing",
        428 => "required",
        429 => "throttled",
        503 => "transient",
        _ => "exception",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_place_and_trace_are_all_there() {
        let problem = serde_json::json!({
            "type": "urn:medconnect:problem:precondition-required", "title": "T", "status": 428, "detail": "D.",
            "instance": "urn:trace:4bf9", "errors": [{ "place": "header:X-Access-Justification", "detail": "is required" }],
        });
        let text = outcome(serde_json::from_value(problem).ok());
        let outcome: serde_json::Value = serde_json::from_str(&text).unwrap();
        let issue = &outcome["issue"][0];
        assert_eq!(issue["code"], "required");
        assert_eq!(
            issue["details"]["coding"][0]["code"],
            "urn:medconnect:problem:precondition-required"
        );
        assert_eq!(
            issue["diagnostics"],
            "T. D. header:X-Access-Justification: is required. (urn:trace:4bf9)"
        );
    }
}
