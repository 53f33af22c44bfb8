//! Why: codes of v3-ActReason and the caller's words.

use crate::Facts;
use serde_json::{Value, json};

const ACT_REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

/// Words for the codes that we meet; an unknown code stands without.
const WORDS: &[(&str, &str)] = &[
    ("BTG", "break the glass"),
    ("COVERAGE", "coverage under policy or program"),
    ("ETREAT", "Emergency Treatment"),
    ("FAMRQT", "family requested"),
    ("HLEGAL", "legal"),
    ("HMARKT", "healthcare marketing"),
    ("HOPERAT", "healthcare operations"),
    ("HPAYMT", "healthcare payment"),
    ("HRESCH", "healthcare research"),
    ("PATRQT", "patient requested"),
    ("PUBHLTH", "public health"),
    ("TREAT", "treatment"),
];

/// `agent.purposeOfUse` and `purposeOfEvent`. Emergency access always has ETREAT or BTG: BTG is
/// added when the given purpose is neither.
pub(crate) fn purposes(facts: &Facts<'_>) -> Vec<Value> {
    let given = facts.purpose.filter(|code| is_code(code));
    let glass = facts.emergency && !matches!(given, Some("ETREAT" | "BTG"));
    let codes = given.into_iter().chain(glass.then_some("BTG"));
    let mut concepts: Vec<Value> = codes.map(|code| json!({ "coding": [coding(code)] })).collect();
    if let Some(words) = facts.justification.filter(|words| !words.trim().is_empty()) {
        match concepts.first_mut() {
            Some(first) => first["text"] = json!(words),
            None => concepts.push(json!({ "text": words })),
        }
    }
    concepts
}

fn coding(code: &str) -> Value {
    let words = WORDS.iter().find(|(known, _)| *known == code);
    match words {
        Some((_, words)) => json!({ "system": ACT_REASON, "code": code, "display": words }),
        None => json!({ "system": ACT_REASON, "code": code }),
    }
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}
