//! Findings as JSON, one object a line.

use super::Output;
use super::counts::Counts;
use super::described::Described;
use mc_x12::Severity;
use mc_x12::check::Verdict;
use serde_json::json;
use std::io::{self, Write};

/// Prints JSON.
pub struct Json<W: Write> {
    pub out: W,
    pub values: bool,
}

impl<W: Write> Output for Json<W> {
    fn finding(&mut self, name: &str, described: &Described<'_>) -> io::Result<()> {
        let (finding, (at, code)) = (described.finding, &described.code);
        let place = &finding.place;
        let element = place.element.map(|at| {
            json!({ "element": at.element, "component": at.component, "repetition": at.repetition, "number": at.number })
        });
        let mut line = json!({
            "file": name,
            "severity": match finding.severity() { Severity::Error => "error", Severity::Warning => "warning" },
            "snip": finding.level() as u8,
            "code": { "in": at, "value": code },
            "transaction": described.transaction,
            "segment": place.segment,
            "byte": place.offset,
            "position": place.position,
            "id": place.id,
            "loop": place.loop_id,
            "at": element,
            "element": described.element,
            "message": described.sentence,
            "remedy": described.remedy,
            "value": finding.value.filter(|_| self.values),
        });
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
        writeln!(self.out, "{line}")
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
        writeln!(self.out, "{line}")
    }
}
