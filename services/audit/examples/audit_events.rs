//! Writes every action of the catalogue as FHIR AuditEvents, a line each: by everybody who could do
//! it, and however it ended. `make fhir-audit-check` reads them with other people's models.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed check")]

use mc_audit::domain::{Leaf, audit_event::audit_event, catalogue::CATALOGUE, fhir_capabilities::capabilities};
use mc_balp::{Kind, Verb};
use mc_contracts::{Actor, ActorKind, AuditRecord, Entity, Envelope, Interaction, Outcome};
use mc_vocabulary::{EventId, OrganizationId};
use serde_json::{Value, json};
use std::{collections::HashMap, io::Write};

const ACTORS: &[ActorKind] = &[
    ActorKind::User,
    ActorKind::Client,
    ActorKind::System,
    ActorKind::Anonymous,
];
const OUTCOMES: &[Outcome] = &[Outcome::Success, Outcome::Denied, Outcome::Failure];

fn main() {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", capabilities("https://audit.example.org/fhir")).unwrap();
    let unknown = ("somebody.did.something", Kind::Other);
    let known = CATALOGUE.iter().map(|entry| (entry.action, entry.kind));
    for (action, kind) in known.chain([unknown]) {
        for actor in ACTORS {
            for outcome in OUTCOMES {
                for rich in [false, true] {
                    let leaf = leaf(record(action, kind, *actor, *outcome, rich));
                    writeln!(out, "{}", audit_event(&leaf)).unwrap();
                }
            }
        }
    }
}

fn leaf(record: AuditRecord) -> Leaf {
    let envelope = Envelope {
        id: EventId::new(),
        event_type: "ehr.audit.recorded.v1".to_owned(),
        source: record.action.split('.').next().unwrap().to_owned(),
        time: record.occurred_at,
        subject: None,
        organization_id: (record.actor.kind != ActorKind::Anonymous).then(OrganizationId::new),
        trace: HashMap::new(),
        data: Value::Null,
    };
    Leaf::new(&envelope, record, envelope.time, |_| "pt_0123456789abcdef".to_owned())
}

fn record(action: &str, kind: Kind, actor: ActorKind, outcome: Outcome, rich: bool) -> AuditRecord {
    let record = AuditRecord {
        action: action.to_owned(),
        interaction: match kind {
            Kind::Rest(Verb::Create) => Interaction::Create,
            Kind::Rest(Verb::Update) => Interaction::Update,
            Kind::Rest(Verb::Delete) => Interaction::Delete,
            Kind::Rest(Verb::Read) => Interaction::Read,
            _ => Interaction::Execute,
        },
        outcome,
        actor: Actor {
            kind: actor,
            roles: vec!["doctor".to_owned()],
            device_id: rich.then(|| "clinic_workstation".to_owned()),
            ..Actor::system("01936d00-0000-7000-8000-000000000002")
        },
        occurred_at: "2026-11-22T08:00:00.123456Z".parse().unwrap(),
        source_ip: rich.then(|| "192.0.2.1".parse().unwrap()),
        trace_id: if rich { "0af7651916cd43dd8448eb211c80319c" } else { "" }.to_owned(),
        patient_id: rich.then(|| "pat-1".parse().unwrap()),
        entity: rich.then(|| Entity {
            kind: "Encounter".to_owned(),
            id: "enc-1".to_owned(),
        }),
        purpose: rich.then(|| "ETREAT".to_owned()),
        justification: rich.then(|| "medical emergency".to_owned()),
        emergency: rich,
        details: std::collections::BTreeMap::new(),
    };
    if !rich {
        return record;
    }
    record
        .detail("reason", "no_consent")
        .detail("query", "GET /events?patient=pt_0123456789abcdef")
        .detail("consent_id", "01936d00-0000-7000-8000-000000000005")
        .detail("recipient", "County health department")
        .detail("recipient_address", "https://health.example/reports")
        .detail("count", 3)
        .detail("flags", json!({ "pci_compliant": true }))
}
