//! An access to a patient's data in plain words.

use crate::domain::{Leaf, catalogue};
use chrono::{DateTime, Utc};
use mc_contracts::{ActorKind, Outcome};
use serde_json::Value;

/// Roles in plain words; the first match counts.
const ROLES: &[(&str, &str)] = &[
    ("doctor", "A doctor"),
    ("nurse", "A nurse"),
    ("billing", "Somebody of billing"),
    ("staff", "Somebody of the front desk"),
    ("compliance", "Somebody of compliance"),
    ("admin", "An administrator"),
    ("patient", "The patient"),
    ("integration", "A connected application"),
];

/// Purposes in plain words.
const PURPOSES: &[(&str, &str)] = &[
    ("BTG", "in an emergency"),
    ("COVERAGE", "for insurance"),
    ("ETREAT", "for emergency treatment"),
    ("FAMRQT", "at the family's request"),
    ("HLEGAL", "for a legal matter"),
    ("HOPERAT", "for the running of the practice"),
    ("HPAYMT", "for payment"),
    ("HRESCH", "for research"),
    ("PATRQT", "at the patient's request"),
    ("PUBHLTH", "for public health"),
    ("TREAT", "for treatment"),
];

/// The actor's role in plain words.
pub fn who(leaf: &Leaf) -> &'static str {
    let actor = &leaf.record.actor;
    let known = ROLES
        .iter()
        .find(|(role, _)| actor.roles.iter().any(|held| held == role));
    match (actor.kind, known) {
        (ActorKind::System, _) => "The system itself",
        (ActorKind::Anonymous, _) => "Somebody unknown",
        (_, Some((_, words))) => words,
        (ActorKind::Client, None) => "A connected application",
        (ActorKind::User, None) => "Somebody",
    }
}

/// The purpose in plain words; None where it has none.
pub fn why(leaf: &Leaf) -> Option<&'static str> {
    let purpose = leaf.record.purpose.as_deref();
    let known = PURPOSES.iter().find(|(code, _)| purpose == Some(code));
    known
        .map(|(_, words)| *words)
        .or(leaf.record.emergency.then_some("in an emergency"))
}

/// The access in one sentence.
pub fn sentence(leaf: &Leaf, by_the_reader: bool) -> String {
    let who = if by_the_reader { "You" } else { who(leaf) };
    let entry = catalogue::entry_of(&leaf.record.action);
    let what = entry.map_or("did something with the data", |entry| entry.words);
    let why = why(leaf).map(|words| format!(" {words}")).unwrap_or_default();
    let end = match leaf.record.outcome {
        Outcome::Success => "",
        Outcome::Denied => " This was refused.",
        Outcome::Failure => " This did not work.",
    };
    let glass = if leaf.record.emergency && leaf.record.outcome == Outcome::Success {
        " The usual limits were lifted because of the emergency; this is reviewed."
    } else {
        ""
    };
    format!("{who} {what}{why}.{end}{glass}")
}

/// Whether an agency has requested that the patient not be informed yet (45 CFR 164.528(a)(2)).
pub fn is_suspended(leaf: &Leaf, now: DateTime<Utc>) -> bool {
    let until = leaf.record.details.get("suspended_until").and_then(Value::as_str);
    until
        .and_then(|time| time.parse::<DateTime<Utc>>().ok())
        .is_some_and(|time| time > now)
}
