//! Headers of every response.
//!
//! A middleware can end a request with an error instead of a response, as the time limit does. The
//! response is then made of the error when all middlewares have returned; it gets the same headers.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
};

/// Headers of a response that does not set them itself.
const DEFAULTS: [(HeaderName, &str); 5] = [
    (HeaderName::from_static("x-content-type-options"), "nosniff"),
    (HeaderName::from_static("cache-control"), "no-store"),
    (HeaderName::from_static("referrer-policy"), "no-referrer"),
    (
        HeaderName::from_static("content-security-policy"),
        "default-src 'none'; frame-ancestors 'none'",
    ),
    (
        HeaderName::from_static("strict-transport-security"),
        "max-age=63072000; includeSubDomains",
    ),
];

/// Sets the headers of [`DEFAULTS`] where they are missing.
pub async fn default_headers<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let outcome = next.call(request).await;
    with_headers(outcome, |headers| {
        for (name, value) in DEFAULTS {
            if !headers.contains_key(&name) {
                headers.insert(name, HeaderValue::from_static(value));
            }
        }
    })
}

/// Lets `change` set headers of the response, or of the one that the error becomes.
pub fn with_headers<B>(
    outcome: Result<ServiceResponse<B>, Error>,
    change: impl Fn(&mut HeaderMap) + 'static,
) -> Result<ServiceResponse<B>, Error> {
    match outcome {
        Ok(mut response) => {
            change(response.headers_mut());
            Ok(response)
        }
        Err(mut error) => {
            error.add_response_mapper(move |mut response| {
                change(response.headers_mut());
                response
            });
            Err(error)
        }
    }
}
