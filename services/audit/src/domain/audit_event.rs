//! A logged event as a FHIR `AuditEvent`.

use crate::domain::{Leaf, catalogue};
use chrono::{DateTime, SecondsFormat, Utc};
use mc_balp::{self as balp, Actor, Facts, Kind, Recipient, Subject};
use mc_contracts::{ActorKind, AuditRecord, Interaction, Outcome};
use serde_json::Value;

/// Details that have an element of their own in an `AuditEvent`.
const PLACED: &[&str] = &["reason", "query", "consent_id", "recipient", "recipient_address"];

/// The `AuditEvent` of a leaf. An action that is not in the catalogue becomes a general one.
pub fn audit_event(leaf: &Leaf) -> Value {
    let record = &leaf.record;
    let (id, recorded) = (leaf.event_id.to_string(), instant(record.occurred_at));
    let logged = instant(leaf.logged_at);
    let address = record.source_ip.map(|ip| ip.to_string());
    let organization = leaf.organization_id.map(|id| id.to_string());
    let mut details = record.details.clone();
    details.retain(|name, _| !PLACED.contains(&name.as_str()));
    balp::audit_event(&Facts {
        id: &id,
        kind: kind(leaf),
        action: &record.action,
        interaction: letter(record.interaction),
        recorded: &recorded,
        logged: Some(&logged),
        outcome: outcome(record.outcome),
        reason: text(record, "reason"),
        actor: actor(record),
        client_address: address.as_deref(),
        service: &leaf.source,
        organization: organization.as_deref(),
        patient: leaf.patient.as_deref(),
        subject: record.entity.as_ref().map(|entity| Subject {
            kind: &entity.kind,
            id: &entity.id,
        }),
        query: text(record, "query"),
        consent: text(record, "consent_id"),
        recipient: text(record, "recipient").map(|name| Recipient {
            name,
            address: text(record, "recipient_address"),
        }),
        trace_id: &record.trace_id,
        purpose: record.purpose.as_deref(),
        justification: record.justification.as_deref(),
        emergency: record.emergency,
        details: &details,
    })
}

/// The kind of event: that of the catalogue, unless a known consent decided.
pub fn kind(leaf: &Leaf) -> Kind {
    let record = &leaf.record;
    let decided = leaf.patient.is_some() && text(record, "consent_id").is_some() && text(record, "reason").is_some();
    if decided && record.outcome == Outcome::Denied {
        return Kind::ConsentDecision;
    }
    catalogue::entry_of(&record.action).map_or(Kind::Other, |entry| entry.kind)
}

/// `AuditEvent.outcome` of an outcome.
pub fn outcome(outcome: Outcome) -> balp::Outcome {
    match outcome {
        Outcome::Success => balp::Outcome::Success,
        Outcome::Denied => balp::Outcome::Denied,
        Outcome::Failure => balp::Outcome::Failure,
    }
}

fn actor(record: &AuditRecord) -> Actor<'_> {
    let actor = &record.actor;
    match actor.kind {
        ActorKind::User => Actor::Person {
            id: &actor.id,
            roles: &actor.roles,
            device: actor.device_id.as_deref(),
        },
        ActorKind::Client => Actor::Machine { id: &actor.id },
        ActorKind::System => Actor::Worker { name: &actor.id },
        ActorKind::Anonymous => Actor::Nobody,
    }
}

fn letter(interaction: Interaction) -> char {
    match interaction {
        Interaction::Create => 'C',
        Interaction::Read => 'R',
        Interaction::Update => 'U',
        Interaction::Delete => 'D',
        Interaction::Execute => 'E',
    }
}

fn text<'a>(record: &'a AuditRecord, name: &str) -> Option<&'a str> {
    let text = record.details.get(name).and_then(Value::as_str);
    text.filter(|text| !text.is_empty())
}

/// FHIR `instant`: RFC 3339 with a time zone and at least seconds.
pub fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}
