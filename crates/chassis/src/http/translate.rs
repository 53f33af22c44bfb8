//! Problems in the format of another standard, for routes whose clients expect it.

use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody, to_bytes_limited},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{CONTENT_TYPE, HeaderValue},
    middleware::Next,
};
use std::collections::BTreeMap;
use utoipa::openapi::{Content, Object, RefOr, Response, ResponseBuilder};

const MAX_PROBLEM_BYTES: usize = 64 * 1024;

/// Converts a `problem+json` response to `content_type` with `translate`, which receives the
/// problem document (empty if it cannot be read). Status and headers are kept. Other responses are
/// unchanged.
///
/// # Errors
/// If the inner service fails.
pub async fn problems_as(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    content_type: &'static str,
    translate: fn(&[u8]) -> String,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let kind = response.headers().get(CONTENT_TYPE);
    if !kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json")) {
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let body = to_bytes_limited(body, MAX_PROBLEM_BYTES).await;
    let body = body.ok().and_then(Result::ok).unwrap_or_default();
    let mut response: HttpResponse = head.set_body(BoxBody::new(translate(&body)));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    Ok(ServiceResponse::new(request, response))
}

/// Responses of one content type for the OpenAPI document: status and description.
pub fn answers_as(content_type: &str, answers: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let one = |sentence: &str| {
        ResponseBuilder::new()
            .description(sentence)
            .content(content_type, Content::new(Some(Object::new())))
            .build()
    };
    answers
        .iter()
        .map(|(status, sentence)| ((*status).to_owned(), one(sentence).into()))
        .collect()
}
