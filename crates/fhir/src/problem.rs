//! A problem of our own (RFC 9457) as FHIR says it.

use crate::{OperationOutcome, Severity};
use serde::Deserialize;

/// The system of codes that are URIs themselves.
const URI_SYSTEM: &str = "urn:ietf:rfc:3986";

/// The members of a problem document that the outcome repeats.
#[derive(Deserialize)]
struct Problem {
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

/// The `OperationOutcome` of a problem document: its title, detail, places and trace as
/// diagnostics, its type as code of the details. What is no problem document is a fault of ours.
pub fn outcome_of_problem(problem: &[u8]) -> String {
    let Ok(problem) = serde_json::from_slice::<Problem>(problem) else {
        return OperationOutcome::new(Severity::Fatal, "exception", "A fault of ours.").to_json();
    };
    let place = |error: &Place| format!(" {}: {}.", error.place, error.detail);
    let places: String = problem.errors.iter().map(place).collect();
    let trace = problem
        .instance
        .map(|instance| format!(" ({instance})"))
        .unwrap_or_default();
    let diagnostics = format!("{}. {}{places}{trace}", problem.title, problem.detail);
    let severity = if problem.status >= 500 {
        Severity::Fatal
    } else {
        Severity::Error
    };
    OperationOutcome::new(severity, issue_type(problem.status), diagnostics)
        .details(URI_SYSTEM, problem.kind)
        .to_json()
}

/// The code of FHIR's issue types that comes nearest to an HTTP status.
fn issue_type(status: u16) -> &'static str {
    match status {
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
        400..=499 => "invalid",
        _ => "exception",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn issue(problem: &[u8]) -> Value {
        serde_json::from_str::<Value>(&outcome_of_problem(problem)).unwrap()["issue"][0].clone()
    }

    #[test]
    fn kind_place_and_trace_are_all_there() {
        let problem = json!({
            "type": "urn:medconnect:problem:precondition-required", "title": "T", "status": 428, "detail": "D.",
            "instance": "urn:trace:4bf9", "errors": [{ "place": "header:X-Access-Justification", "detail": "is required" }],
        });
        let issue = issue(problem.to_string().as_bytes());
        assert_eq!(
            (&issue["code"], &issue["severity"]),
            (&json!("required"), &json!("error"))
        );
        assert_eq!(
            issue["details"]["coding"][0]["code"],
            "urn:medconnect:problem:precondition-required"
        );
        assert_eq!(
            issue["diagnostics"],
            "T. D. header:X-Access-Justification: is required. (urn:trace:4bf9)"
        );
    }

    #[test]
    fn what_is_no_problem_is_a_fault_of_ours() {
        assert_eq!(issue(b"<html>")["code"], "exception");
        let broken = json!({ "type": "about:blank", "title": "T", "status": 500, "detail": "D." });
        assert_eq!(issue(broken.to_string().as_bytes())["severity"], "fatal");
    }
}
