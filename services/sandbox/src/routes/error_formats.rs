//! Error responses in each simulated system's format, and dropped connections.

use crate::domain::{fault::Target, stripe_error::StripeError};
use actix_web::{
    HttpResponse,
    body::BodyStream,
    http::{
        StatusCode,
        header::{RETRY_AFTER, WWW_AUTHENTICATE},
    },
    web::Bytes,
};
use futures_util::stream;
use mc_fhir::{OperationOutcome, Severity};
use std::io;

/// FHIR's media type.
pub const FHIR_JSON: &str = "application/fhir+json; charset=utf-8";

/// An error response of `target` with this status, independent of the request.
pub fn refuse(target: Target, status: StatusCode) -> HttpResponse {
    let mut answer = match target {
        Target::Payer => HttpResponse::build(status)
            .content_type("text/plain")
            .body("the payer cannot answer"),
        Target::Ehr => outcome(status, issue_type(status), "the EHR cannot answer"),
        Target::Stripe => stripe(&match status {
            StatusCode::TOO_MANY_REQUESTS => StripeError::rate_limited(),
            StatusCode::UNAUTHORIZED => StripeError::unauthorized(),
            _ => StripeError::api_error(),
        }),
    };
    if status == StatusCode::TOO_MANY_REQUESTS {
        answer.headers_mut().insert(RETRY_AFTER, 1.into());
    }
    answer
}

fn issue_type(status: StatusCode) -> &'static str {
    match status {
        StatusCode::TOO_MANY_REQUESTS => "throttled",
        StatusCode::UNAUTHORIZED => "login",
        _ => "exception",
    }
}

/// An `OperationOutcome` with one issue.
pub fn outcome(status: StatusCode, code: &'static str, diagnostics: &str) -> HttpResponse {
    let mut answer = HttpResponse::build(status);
    if status == StatusCode::UNAUTHORIZED {
        answer.insert_header((WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""));
    }
    answer
        .content_type(FHIR_JSON)
        .body(OperationOutcome::new(Severity::Error, code, diagnostics).to_json())
}

/// An error in Stripe's format.
pub fn stripe(error: &StripeError) -> HttpResponse {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    HttpResponse::build(status).json(error.body())
}

/// 200 with a body that is neither JSON nor X12.
pub fn unreadable() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html")
        .body("<html><body>It works!</body></html>")
}

/// Closes the connection without a byte: the body fails before the head is flushed.
pub fn dropped() -> HttpResponse {
    let cut = stream::once(async { Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionAborted)) });
    HttpResponse::Ok().body(BodyStream::new(cut))
}
