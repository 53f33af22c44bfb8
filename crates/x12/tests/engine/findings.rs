//! Every kind of finding, each caused by a small edit of a sound text, and compared in full.

mod elements;
mod envelopes;
mod situations;
mod structure;
mod sums;

use crate::sample::{Told, check_within};
use mc_x12::check::Settings;
use mc_x12::finding::{Severity, What};
use mc_x12::{Finding, Limits};
use std::collections::BTreeSet;
use std::fmt::Debug;

/// A text, and all that is told of it: each finding in the form of [`in_full`].
struct Case {
    text: String,
    limits: Limits,
    settings: Settings,
    told: &'static [&'static str],
}

impl Case {
    fn new(text: impl Into<String>, told: &'static [&'static str]) -> Self {
        Self {
            text: text.into(),
            limits: Limits::FILE,
            settings: Settings::default(),
            told,
        }
    }
}

/// What; SNIP type, severity, code; place; segment of the transaction set, data element, value; sentence.
fn in_full(told: &Told) -> String {
    let Told { what, place, value } = told;
    let finding = Finding {
        what: *what,
        place: *place,
        value: value.as_deref(),
    };
    let severity = match finding.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let (at, code) = what.code().place_and_value();
    let level = finding.level() as u8;
    let (position, number) = (place.position, place.element.map_or(0, |at| at.number));
    format!("{what:?}; {level} {severity} {at} {code}; {place}; {position}, {number}, {value:?}; {finding}")
}

/// The variant of the finding and of what it holds.
fn kinds(what: &What) -> Vec<String> {
    let name = |of: &dyn Debug| {
        let text = format!("{of:?}");
        let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
        text[..end].to_owned()
    };
    let within = match what {
        What::Unreadable(fault) => Some(format!("Fault::{}", name(fault))),
        What::Situation(situation) => Some(format!("Situation::{}", name(situation))),
        What::Unbalanced { rule, .. } => Some(format!("Rule::{}", name(rule))),
        _ => None,
    };
    [Some(format!("What::{}", name(what))), within]
        .into_iter()
        .flatten()
        .collect()
}

/// The variants of an enumeration as its source declares them: those outside the crate may not match without a wildcard.
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

/// Faults of [`mc_x12::Interchange`], which reads one interchange as a whole or not at all: the checker tells the same of
/// envelopes in findings of their own, and of text that is none at its element. Sums of an 820 are for its view alone.
const NOT_TOLD: [&str; 7] = [
    "Fault::NotText",
    "Fault::OutOfPlace",
    "Fault::TrailerMissing",
    "Fault::ControlNumber",
    "Fault::Count",
    "Rule::PremiumPayment",
    "Rule::Premium",
];

#[test]
fn every_kind_of_finding_is_told_in_full() {
    let rooms = [
        envelopes::cases(),
        structure::cases(),
        elements::cases(),
        situations::cases(),
        sums::cases(),
    ];
    let mut seen = BTreeSet::new();
    let mut different = Vec::new();
    for case in rooms.iter().flatten() {
        let (told, _) = check_within(case.text.as_bytes(), case.limits, &case.settings);
        for told in &told {
            let at = usize::try_from(told.place.offset).unwrap();
            assert!(
                at == 0 || case.text[..at].ends_with('~'),
                "{} is no segment's offset",
                in_full(told)
            );
        }
        seen.extend(told.iter().flat_map(|told| kinds(&told.what)));
        let told: Vec<_> = told.iter().map(in_full).collect();
        if told != case.told {
            different.push(format!("told     {told:#?}\nexpected {:#?}", case.told));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n\n"));

    let finding = include_str!("../../src/finding.rs");
    let balance = include_str!("../../src/balance.rs");
    let rule = include_str!("../../src/check/situations/rule.rs");
    let error = include_str!("../../src/error.rs");
    let mut known = declared(finding, "What");
    known.extend(declared(balance, "Rule"));
    known.extend(declared(rule, "Situation"));
    known.extend(declared(error, "Fault"));
    for kind in NOT_TOLD {
        assert!(known.remove(kind), "{kind} is none any more");
    }
    assert!(known.len() > 90, "{known:?}");
    let missing: Vec<_> = known.difference(&seen).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
    assert_eq!(seen.difference(&known).count(), 0);
}
