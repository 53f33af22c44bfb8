//! Findings as JSON, one object a line.

use super::Output;
use super::counts::Counts;
use super::described::Described;
use crate::messages;
use mc_x12::check::Verdict;
use serde_json::{Value, json};
use std::io::{self, Write};

/// Prints JSON.
pub struct Json<W: Write> {
    pub out: W,
    pub values: bool,
}

impl<W: Write> Output for Json<W> {
    fn finding(&mut self, name: &str, described: &Described<'_>) -> io::Result<()> {
        let finding = described.finding;
        let (at, code) = &described.code;
        let mut line = serde_json::to_value(finding)?;
        let around = json!({
            "file": name,
            "code": { "in": at, "value": code },
            "transaction": described.transaction,
            "element": described.element,
            "message": described.sentence,
            "remedy": described.remedy,
            "value": finding.value.filter(|_| self.values),
        });
        if let (Some(line), Value::Object(around)) = (line.as_object_mut(), around) {
            line.extend(around);
        }
        if let (Some(line), Some(text)) = (line.as_object_mut(), described.text()) {
            let context = described
                .segment
                .map(|segment| segment.context.clone())
                .unwrap_or_default();
            let shown = [
                ("member", &context.member),
                ("claim", &context.claim),
                ("line", &context.line),
            ];
            line.extend(shown.map(|(name, value)| (name.to_owned(), json!(value.as_deref()))));
            line.insert("text".to_owned(), json!(text));
        }
        writeln!(self.out, "{}", messages::json(&line))
    }

    fn close(&mut self, name: &str, verdict: &Verdict, counts: &Counts) -> io::Result<()> {
        let rules = counts.rules().into_iter();
        let rules: Vec<_> = rules
            .map(|(rule, count)| json!({ "rule": rule, "count": count }))
            .collect();
        let claims = counts.claims().into_iter();
        let claims: Vec<_> = claims
            .map(|claim| {
                json!({ claim.unit: claim.number, "segment": claim.segment, "errors": claim.errors,
                    "warnings": claim.warnings })
            })
            .collect();
        let line = json!({ "file": name, "transactions": verdict.transactions, "accepted": verdict.accepted,
            "errors": verdict.errors, "warnings": verdict.warnings, "segments": verdict.segments,
            "rules": rules, "claims": claims });
        writeln!(self.out, "{}", messages::json(&line))
    }
}
