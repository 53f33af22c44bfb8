//! Headers that state why a chart is opened.

use crate::{
    actions::AccessContext,
    domain::{Justification, Purpose},
};
use actix_web::{HttpRequest, http::header::HeaderMap};
use mc_chassis::http::{Problem, required_header};
use mc_fhir::WeakEtag;
use mc_vocabulary::problem;

const JUSTIFICATION: &str = "X-Access-Justification";
const PURPOSE: &str = "X-Purpose-Of-Use";
const OVERRIDE: &str = "X-Emergency-Override";
const IF_MATCH: &str = "If-Match";

/// Whether the caller declares an emergency access.
///
/// # Errors
/// 400 if the header is neither `true` nor `false`.
pub fn emergency(headers: &HeaderMap) -> Result<bool, Problem> {
    match optional(headers, OVERRIDE)? {
        None => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        Some(_) => Err(malformed(OVERRIDE, "expected true or false")),
    }
}

/// Whether the caller declares an emergency access; false if the header is malformed.
pub fn declares_emergency(request: &HttpRequest) -> bool {
    matches!(emergency(request.headers()), Ok(true))
}

/// The reason for the access, where one is required.
///
/// # Errors
/// 428 if it is missing, 400 if it is not 3 to 200 printable characters.
pub fn justified(headers: &HeaderMap, emergency: bool) -> Result<AccessContext, Problem> {
    let words = required_header(headers, JUSTIFICATION)?;
    let justification = Justification::new(words).map_err(|error| malformed(JUSTIFICATION, &error.to_string()))?;
    Ok(AccessContext {
        justification: Some(justification),
        emergency,
    })
}

/// The reason for the access, where one is required only for an emergency.
///
/// # Errors
/// As [`justified`].
pub fn justified_if_given(headers: &HeaderMap, emergency: bool) -> Result<AccessContext, Problem> {
    if emergency || headers.contains_key(JUSTIFICATION) {
        return justified(headers, emergency);
    }
    Ok(AccessContext::default())
}

/// The purpose of use, if the caller states one.
///
/// # Errors
/// 400 if the code is unknown.
pub fn purpose(headers: &HeaderMap) -> Result<Option<Purpose>, Problem> {
    let Some(code) = optional(headers, PURPOSE)? else {
        return Ok(None);
    };
    Purpose::from_code(code)
        .map(Some)
        .ok_or_else(|| malformed(PURPOSE, "expected TREAT, ETREAT, HOPERAT or HPAYMT"))
}

/// The version that the caller has read.
///
/// # Errors
/// 400 if it is not a single entity tag.
pub fn if_match(headers: &HeaderMap) -> Result<Option<WeakEtag>, Problem> {
    let Some(text) = optional(headers, IF_MATCH)? else {
        return Ok(None);
    };
    WeakEtag::parse(text)
        .map(Some)
        .ok_or_else(|| malformed(IF_MATCH, "expected one entity tag such as W/\"3\""))
}

fn optional<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<Option<&'a str>, Problem> {
    if headers.contains_key(name) {
        required_header(headers, name).map(Some)
    } else {
        Ok(None)
    }
}

fn malformed(name: &str, detail: &str) -> Problem {
    Problem::new(problem::BAD_REQUEST).at(format!("header:{name}"), detail)
}
