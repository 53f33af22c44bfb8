//! Every kind of finding, each caused by a small edit of a valid text, and compared in full.

mod elements;
mod envelopes;
mod groups;
mod isa;
mod situations;
mod structure;
mod sums;

use crate::sample::{Found, check_within};
use mc_x12::check::Settings;
use mc_x12::finding::{FindingKind, Severity};
use mc_x12::{Finding, Limits};
use std::collections::BTreeSet;
use std::fmt::Debug;

/// A text and its findings in the format of [`in_full`].
struct Case {
    text: String,
    limits: Limits,
    settings: Settings,
    findings: &'static [&'static str],
}

impl Case {
    fn new(text: impl Into<String>, findings: &'static [&'static str]) -> Self {
        Self {
            text: text.into(),
            limits: Limits::FILE,
            settings: Settings::default(),
            findings,
        }
    }
}

/// Kind; SNIP type, severity, code; place; segment of the transaction set, data element, value;
/// sentence.
fn in_full(found: &Found) -> String {
    let Found { kind, place, value } = found;
    let finding = Finding {
        kind: *kind,
        place: *place,
        value: value.as_deref(),
    };
    let severity = match finding.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let (at, code) = kind.code().place_and_value();
    let level = finding.level() as u8;
    let (position, number) = (place.position, place.element.map_or(0, |at| at.number));
    format!("{kind:?}; {level} {severity} {at} {code}; {place}; {position}, {number}, {value:?}; {finding}")
}

/// The variant of the finding and of its content.
fn kinds(kind: &FindingKind) -> Vec<String> {
    let name = |of: &dyn Debug| {
        let text = format!("{of:?}");
        let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
        text[..end].to_owned()
    };
    let within = match kind {
        FindingKind::Unreadable(fault) => Some(format!("Fault::{}", name(fault))),
        FindingKind::Situation(situation) => Some(format!("Situation::{}", name(situation))),
        FindingKind::Unbalanced { rule, .. } => Some(format!("Rule::{}", name(rule))),
        _ => None,
    };
    [Some(format!("FindingKind::{}", name(kind))), within]
        .into_iter()
        .flatten()
        .collect()
}

/// The variants of an enum, from its source: outside the crate a match needs a wildcard.
fn declared(source: &str, of: &str) -> BTreeSet<String> {
    let (_, body) = source.split_once(&format!("pub enum {of} {{\n")).unwrap();
    let (body, _) = body.split_once("\n}").unwrap();
    body.lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
        .map(|line| line.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default())
        .map(|name| format!("{of}::{name}"))
        .collect()
}

/// Faults of [`mc_x12::Interchange`], which reads one interchange as a whole or not at all, and of
/// [`mc_x12::units`]. The checker reports the same of envelopes in findings of their own. Sums of
/// an 820 are checked by its typed value only.
const NOT_REPORTED: [&str; 8] = [
    "Fault::OutOfPlace",
    "Fault::UnitTooLarge",
    "Fault::TrailerMissing",
    "Fault::ControlNumber",
    "Fault::Count",
    "Fault::EmptyGroup",
    "Rule::PremiumPayment",
    "Rule::Premium",
];

#[test]
fn every_kind_of_finding_is_reported_in_full() {
    let groups = [
        envelopes::cases(),
        isa::cases(),
        groups::cases(),
        structure::cases(),
        elements::cases(),
        situations::cases(),
        sums::cases(),
    ];
    let mut seen = BTreeSet::new();
    let mut different = Vec::new();
    for case in groups.iter().flatten() {
        let (findings, _) = check_within(case.text.as_bytes(), case.limits, &case.settings);
        for found in &findings {
            let at = usize::try_from(found.place.offset).unwrap();
            assert!(
                at == 0 || case.text[..at].ends_with('~'),
                "{} is no segment's offset",
                in_full(found)
            );
        }
        seen.extend(findings.iter().flat_map(|found| kinds(&found.kind)));
        let findings: Vec<_> = findings.iter().map(in_full).collect();
        if findings != case.findings {
            different.push(format!("found    {findings:#?}\nexpected {:#?}", case.findings));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n\n"));

    let finding = include_str!("../../src/finding.rs");
    let balance = include_str!("../../src/balance.rs");
    let error = include_str!("../../src/error.rs");
    let mut known = declared(finding, "FindingKind");
    known.extend(declared(balance, "Rule"));
    known.extend(declared(error, "Fault"));
    for kind in NOT_REPORTED {
        assert!(known.remove(kind), "{kind} is none any more");
    }
    // Each rule has its examples beside it, in `check/situations/tests/rows.rs`.
    seen.retain(|kind| !kind.starts_with("Situation::"));
    assert!(known.len() > 60, "{known:?}");
    let missing: Vec<_> = known.difference(&seen).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
    assert_eq!(seen.difference(&known).count(), 0);
}
