//! How it ended: `outcome`, `outcomeDesc`, and an `OperationOutcome` that says why.

use crate::{Facts, Outcome, code::REASON_SYSTEM};
use serde_json::{Value, json};

/// Id of the contained `OperationOutcome`.
pub(crate) const CONTAINED: &str = "outcome";

/// `AuditEvent.outcome`: a refusal is a "slip" (4, like a 4xx answer), a fault an "error" (8, like
/// a 5xx).
pub fn code(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "0",
        Outcome::Denied => "4",
        Outcome::Failure => "8",
    }
}

/// `outcomeDesc`; nothing for a success.
pub(crate) fn words(facts: &Facts<'_>) -> Option<String> {
    let what = match facts.outcome {
        Outcome::Success => return None,
        Outcome::Denied => "refused",
        Outcome::Failure => "failed",
    };
    Some(match facts.reason {
        Some(reason) => format!("{what}: {}", reason.replace('_', " ")),
        None => what.to_owned(),
    })
}

/// The `OperationOutcome` of what did not succeed.
pub(crate) fn contained(facts: &Facts<'_>) -> Option<Value> {
    let issue = match facts.outcome {
        Outcome::Success => return None,
        Outcome::Denied => "forbidden",
        Outcome::Failure => "processing",
    };
    let mut issue = json!({ "severity": "error", "code": issue });
    if let Some(reason) = facts.reason {
        issue["details"] = json!({ "coding": [{ "system": REASON_SYSTEM, "code": reason }] });
    }
    Some(json!({ "resourceType": "OperationOutcome", "id": CONTAINED, "issue": [issue] }))
}
