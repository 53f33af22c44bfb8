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

/// What every FHIR route may answer with, for the OpenAPI document.
pub struct FhirProblems;

impl IntoResponses for FhirProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let answers = [
            ("400", "A parameter is malformed or not known"),
            ("401", "No valid token"),
            ("403", "Neither compliance nor admin"),
            ("404", "No such AuditEvent"),
            ("405", "AuditEvents are never made, changed or deleted here"),
            ("413", "The body is too long"),
            ("415", "The body is no form"),
            ("500", "A fault of ours"),
            ("503", "A part that this request needs is not answering"),
        ];
        let one = |description: &str| {
            ResponseBuilder::new()
                .description(format!("{description} (OperationOutcome)"))
                .content(FHIR_JSON, Content::new(Some(Object::new())))
                .build()
        };
        answers
            .iter()
            .map(|(status, words)| ((*status).to_owned(), one(words).into()))
            .collect()
    }
}

/// Turns a `problem+json` answer into an `OperationOutcome`; every other answer passes as it is.
pub async fn as_operation_outcome(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let kind = response.headers().get(CONTENT_TYPE);
    if !kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json")) {
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let body = to_bytes_limited(body, PROBLEM_BYTES_MAX)
        .await
        .ok()
        .and_then(Result::ok);
    let said = body.and_then(|body| serde_json::from_slice::<Said>(&body).ok());
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
    let trace = said.instance.map(|trace| format!(" ({trace})")).unwrap_or_default();
    let severity = if said.status >= 500 {
        Severity::Fatal
    } else {
        Severity::Error
    };
    let code = match said.status {
        401 => "login",
        403 => "forbidden",
        404 => "not-found",
        405 | 415 => "not-supported",
        413 => "too-long",
        429 => "throttled",
        503 => "transient",
        400..=499 => "invalid",
        _ => "exception",
    };
    OperationOutcome::new(
        severity,
        code,
        format!("{}. {}{places}{trace}", said.title, said.detail),
    )
    .details("urn:ietf:rfc:3986", said.kind)
    .to_json()
}
