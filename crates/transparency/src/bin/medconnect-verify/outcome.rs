//! The result of a check, as text or as JSON.

use mc_transparency::Tampering;
use serde::Serialize;
use serde_json::Value;
use std::{
    io::{self, Write},
    process::ExitCode,
};

/// The result of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Whole,
    Damaged,
    Unclear,
}

#[derive(Debug, Serialize)]
pub struct Outcome {
    /// The file.
    subject: String,
    state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_bad: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tampering: Option<Tampering>,
    reason: String,
    /// Everything else that was found out.
    #[serde(skip_serializing_if = "Option::is_none")]
    facts: Option<Value>,
}

impl Outcome {
    pub fn whole(subject: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            state: State::Whole,
            origin: None,
            first_bad: None,
            tampering: None,
            reason: reason.into(),
            facts: None,
        }
    }

    pub fn damaged(
        subject: impl Into<String>,
        tampering: Option<Tampering>,
        first_bad: Option<u64>,
        reason: impl Into<String>,
    ) -> Self {
        Self {
            state: State::Damaged,
            tampering,
            first_bad,
            ..Self::whole(subject, reason)
        }
    }

    pub fn unclear(subject: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            state: State::Unclear,
            ..Self::whole(subject, reason)
        }
    }

    /// With the log's name and what else is known.
    pub fn with(mut self, origin: &str, facts: Value) -> Self {
        self.origin = Some(origin.to_owned());
        self.facts = Some(facts);
        self
    }

    fn text(&self) -> String {
        let state = match self.state {
            State::Whole => "whole",
            State::Damaged => "DAMAGED",
            State::Unclear => "unclear",
        };
        let mut lines = vec![format!("{}: {state}: {}", self.subject, self.reason)];
        lines.extend(self.first_bad.map(|index| format!("  first bad entry: {index}")));
        let kind = self.tampering.and_then(|kind| serde_json::to_value(kind).ok());
        lines.extend(kind.map(|kind| format!("  kind: {}", plain(&kind))));
        lines.extend(self.origin.as_ref().map(|origin| format!("  log: {origin}")));
        let facts = self.facts.iter().filter_map(Value::as_object).flatten();
        lines.extend(facts.map(|(name, value)| format!("  {}: {}", name.replace('_', " "), plain(value))));
        let text = lines.join("\n") + "\n";
        // Control characters of a file must not reach the terminal.
        text.replace(|c: char| c.is_control() && c != '\n', "\u{fffd}")
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// Prints all results. The exit status is that of the worst; 2 when they cannot be written.
pub fn finish(outcomes: &[Outcome], json: bool) -> ExitCode {
    let mut out = io::stdout().lock();
    let mut is_written = true;
    for outcome in outcomes {
        let text = if json {
            serde_json::to_string(outcome).unwrap_or_default() + "\n"
        } else {
            outcome.text()
        };
        is_written &= out.write_all(text.as_bytes()).is_ok();
    }
    let has = |state| outcomes.iter().any(|outcome| outcome.state == state);
    match () {
        () if has(State::Damaged) => ExitCode::from(1),
        () if has(State::Unclear) || !is_written => ExitCode::from(2),
        () => ExitCode::SUCCESS,
    }
}
