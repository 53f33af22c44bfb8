//! The whole resource.

use crate::{Facts, Kind, Outcome, agents, code::ACTION_SYSTEM, entities, outcome, purpose};
use serde_json::{Value, json};

/// The `AuditEvent` of an event. It names a profile where it meets one.
pub fn audit_event(facts: &Facts<'_>) -> Value {
    let mut event = json!({
        "resourceType": "AuditEvent",
        "id": facts.id,
        "type": facts.kind.category().coding(),
        "action": action(facts),
        "recorded": facts.recorded,
        "outcome": outcome::code(facts.outcome),
        "agent": agents::agents(facts),
        "source": source(facts),
    });
    let members = [
        ("meta", meta(facts)),
        ("subtype", some(subtypes(facts))),
        ("outcomeDesc", outcome::words(facts).map(Value::from)),
        ("purposeOfEvent", some(purpose::purposes(facts))),
        ("entity", some(entities::entities(facts))),
    ];
    for (name, value) in members {
        if let Some(value) = value {
            event[name] = value;
        }
    }
    // A contained resource must be referred to, and these two profiles leave no place for that.
    let closed = matches!(facts.kind, Kind::AccessToken | Kind::ConsentDecision);
    if let Some(contained) = outcome::contained(facts).filter(|_| !closed) {
        event["contained"] = json!([contained]);
    }
    event
}

fn some(values: Vec<Value>) -> Option<Value> {
    (!values.is_empty()).then_some(Value::Array(values))
}

/// What the profile of the kind says, else what the service recorded.
fn action(facts: &Facts<'_>) -> String {
    match facts.kind {
        Kind::Rest(verb) => verb.action(),
        Kind::Disclosure => 'R',
        Kind::AccessToken | Kind::ConsentDecision => 'E',
        _ => facts.interaction,
    }
    .to_string()
}

/// The standard's subtype, then our own; these two profiles allow only theirs.
fn subtypes(facts: &Facts<'_>) -> Vec<Value> {
    let closed = matches!(facts.kind, Kind::AccessToken | Kind::ConsentDecision);
    let ours = (!closed).then(|| json!({ "system": ACTION_SYSTEM, "code": facts.action }));
    facts
        .kind
        .subtype()
        .map(crate::Code::coding)
        .into_iter()
        .chain(ours)
        .collect()
}

fn source(facts: &Facts<'_>) -> Value {
    let server = json!({ "system": "http://terminology.hl7.org/CodeSystem/security-source-type", "code": "4", "display": "Application Server" });
    let mut source = json!({ "observer": entities::identified("service", facts.service), "type": [server] });
    if let Some(organization) = facts.organization {
        source["site"] = json!(organization);
    }
    source
}

fn meta(facts: &Facts<'_>) -> Option<Value> {
    let mut meta = json!({});
    if let Some(logged) = facts.logged {
        meta["lastUpdated"] = json!(logged);
    }
    if let Some(profile) = facts.kind.profile(facts.patient.is_some()).filter(|_| meets(facts)) {
        meta["profile"] = json!([profile]);
    }
    (meta != json!({})).then_some(meta)
}

/// Whether everything is there that the profile of the kind asks for.
fn meets(facts: &Facts<'_>) -> bool {
    let succeeded = facts.outcome == Outcome::Success;
    let placed = facts.client_address.is_some() || matches!(facts.actor, crate::Actor::Worker { .. });
    match facts.kind {
        Kind::Rest(crate::Verb::Search) => succeeded && placed && facts.query.is_some(),
        Kind::Rest(_) => succeeded && placed && facts.subject.is_some(),
        Kind::AccessToken => succeeded && placed,
        Kind::ConsentDecision => {
            let known = facts.patient.is_some() && facts.consent.is_some() && facts.organization.is_some();
            known && placed && facts.has_user()
        }
        Kind::Disclosure => {
            let received = facts.recipient.is_some_and(|recipient| recipient.address.is_some());
            received && facts.patient.is_some() && facts.subject.is_some()
        }
        _ => false,
    }
}
