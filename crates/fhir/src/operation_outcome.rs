//! `OperationOutcome`: ours to write, others' to read without their free text.

use serde::Deserialize;
use serde_json::{Value, json};

/// `issue.severity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    Fatal,
    Error,
    Warning,
    Information,
}

impl Severity {
    fn code(self) -> &'static str {
        match self {
            Self::Fatal => "fatal",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
        }
    }
}

/// One issue in the making. What goes in must be free of PHI: it is shown to callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationOutcome {
    severity: Severity,
    code: &'static str,
    diagnostics: String,
    details: Option<Coding>,
    expression: Option<String>,
}

/// A code with its system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coding {
    pub system: String,
    pub code: String,
}

impl OperationOutcome {
    /// `code` is one of the R4 issue types: `invalid`, `not-found`, `forbidden`, `login`,
    /// `conflict`, `throttled`, `transient`, `timeout`, `exception`, ...
    pub fn new(severity: Severity, code: &'static str, diagnostics: impl Into<String>) -> Self {
        Self {
            severity,
            code,
            diagnostics: diagnostics.into(),
            details: None,
            expression: None,
        }
    }

    /// Adds `details.coding`.
    pub fn details(mut self, system: impl Into<String>, code: impl Into<String>) -> Self {
        self.details = Some(Coding {
            system: system.into(),
            code: code.into(),
        });
        self
    }

    /// Adds `expression`: the `FHIRPath` of the element at fault.
    pub fn expression(mut self, path: impl Into<String>) -> Self {
        self.expression = Some(path.into());
        self
    }

    /// The resource as JSON text.
    pub fn to_json(&self) -> String {
        let mut issue = json!({ "severity": self.severity.code(), "code": self.code, "diagnostics": self.diagnostics });
        if let Some(Coding { system, code }) = &self.details {
            issue["details"] = json!({ "coding": [{ "system": system, "code": code }] });
        }
        if let Some(path) = &self.expression {
            issue["expression"] = json!([path]);
        }
        json!({ "resourceType": "OperationOutcome", "issue": [issue] }).to_string()
    }
}

/// What we keep of an issue of another system: codes only, since its texts may hold PHI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamIssue {
    /// `severity`; empty when it is not a code.
    pub severity: String,
    /// `code`; empty when it is not a code.
    pub code: String,
    /// `details.coding` with system and code.
    pub codings: Vec<Coding>,
}

/// Reads an `OperationOutcome` of another system; none when the body is something else (HTML,
/// empty, other JSON).
pub fn read_outcome(body: &[u8]) -> Option<Vec<UpstreamIssue>> {
    #[derive(Deserialize)]
    struct Wire {
        #[serde(rename = "resourceType")]
        resource_type: String,
        #[serde(default)]
        issue: Vec<Value>,
    }
    let wire: Wire = serde_json::from_slice(body).ok()?;
    if wire.resource_type != "OperationOutcome" {
        return None;
    }
    Some(wire.issue.iter().map(issue).collect())
}

fn issue(issue: &Value) -> UpstreamIssue {
    let codings = issue["details"]["coding"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let codings = codings.iter().map(|coding| Coding {
        system: uri(&coding["system"]),
        code: code(&coding["code"]),
    });
    UpstreamIssue {
        severity: code(&issue["severity"]),
        code: code(&issue["code"]),
        codings: codings.filter(|coding| !coding.code.is_empty()).take(10).collect(),
    }
}

/// A short token; anything longer or with spaces is text and is dropped.
fn code(value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    let is_code = text.len() <= 40 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    if is_code { text.to_owned() } else { String::new() }
}

fn uri(value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    let schemes = ["http://", "https://", "urn:"];
    let is_uri =
        text.len() <= 200 && text.bytes().all(|b| b.is_ascii_graphic()) && schemes.iter().any(|s| text.starts_with(s));
    if is_uri { text.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Resource;

    #[test]
    fn ours_is_a_resource_with_one_issue() {
        let text = OperationOutcome::new(Severity::Error, "conflict", "the encounter was changed by someone else")
            .details("https://medconnect.dev/problems", "version-conflict")
            .expression("Encounter.meta.versionId")
            .to_json();
        assert_eq!(
            Resource::parse(text.as_bytes()).unwrap().resource_type(),
            "OperationOutcome"
        );
        let read = read_outcome(text.as_bytes()).unwrap();
        assert_eq!(
            (read[0].severity.as_str(), read[0].code.as_str()),
            ("error", "conflict")
        );
        assert_eq!(read[0].codings[0].code, "version-conflict");
    }

    #[test]
    fn of_others_only_codes_are_kept() {
        let body = br#"{"resourceType":"OperationOutcome","issue":[{"severity":"fatal","code":"John Smith","diagnostics":"Smith",
            "details":{"text":"Smith","coding":[{"system":"Smith John","code":"59102","display":"Smith"},{"code":"John Smith"}]}},7]}"#;
        let read = read_outcome(body).unwrap();
        assert_eq!(read.len(), 2);
        assert!(!format!("{read:?}").contains("Smith"));
        assert_eq!(
            read[0].codings,
            [Coding {
                system: String::new(),
                code: "59102".to_owned()
            }]
        );
    }

    #[test]
    fn other_bodies_are_no_outcome() {
        for body in ["", "<html>", "[]", "{\"resourceType\":\"Patient\"}", "{\"issue\":[]}"] {
            assert_eq!(read_outcome(body.as_bytes()), None, "{body}");
        }
    }
}
