//! Request headers.

use super::{Problem, gate::in_order};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::HeaderMap};
use mc_vocabulary::problem;
use std::{future::Future, pin::Pin};

/// The caller's key for one request, so that a repeat gets the stored response (`Idempotency-Key`,
/// 1 to 255 visible ASCII characters).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(pub String);

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let key = required_header(request.headers(), "Idempotency-Key").and_then(|key| {
            let valid = (1..=255).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
            valid.then(|| Self(key.to_owned())).ok_or_else(|| {
                Problem::new(problem::BAD_REQUEST)
                    .at("header:Idempotency-Key", "expected 1 to 255 visible ASCII characters")
            })
        });
        in_order(request, async { key })
    }
}

/// The value of a header.
///
/// # Errors
/// 428 if it is missing, 400 if it is not ASCII; the problem names the header.
pub fn required_header<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str, Problem> {
    let value = headers
        .get(name)
        .ok_or_else(|| Problem::new(problem::PRECONDITION_REQUIRED).at(format!("header:{name}"), "is required"))?;
    value
        .to_str()
        .map_err(|_| Problem::new(problem::BAD_REQUEST).at(format!("header:{name}"), "expected ASCII text"))
}
