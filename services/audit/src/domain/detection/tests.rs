//! The rules that come with the service, on streams of events.

mod relations;
mod rules;

use super::{event, shipped_rules};
use crate::domain::Leaf;
use chrono::{DateTime, Duration, Utc};
use mc_contracts::{Actor, ActorKind, AuditRecord, Interaction, Outcome};
use mc_detection::{Engine, Event, Member, Network, Networks, Roster, Thresholds, Trigger};
use mc_vocabulary::{EventId, OrganizationId};
use std::{collections::BTreeMap, sync::Arc};

/// A Wednesday, 10:00 in New York.
pub fn morning() -> DateTime<Utc> {
    "2026-07-08T14:00:00Z".parse().unwrap()
}

pub fn organization(n: u128) -> OrganizationId {
    uuid::Uuid::from_u128(n).into()
}

/// A doctor's reading of `patient`, `seconds` after the morning began.
pub fn reading(n: u32, seconds: i64, patient: &str) -> Event {
    event(n.into(), reading_leaf(n, seconds, patient))
}

fn reading_leaf(n: u32, seconds: i64, patient: &str) -> Leaf {
    leaf(n, "ehr.patient_summary.read", seconds, |record| {
        record.interaction = Interaction::Read;
        record.details.insert("patient".to_owned(), patient.into());
    })
}

/// The leaf of a doctor's reading, for other tests of the domain.
pub fn reading_of(patient: &str) -> Leaf {
    reading_leaf(0, 0, patient)
}

/// An event, changed by the test.
pub fn recorded(n: u32, action: &str, seconds: i64, change: impl FnOnce(&mut AuditRecord)) -> Event {
    event(n.into(), leaf(n, action, seconds, change))
}

fn leaf(n: u32, action: &str, seconds: i64, change: impl FnOnce(&mut AuditRecord)) -> Leaf {
    let at = morning() + Duration::seconds(seconds);
    let mut record = AuditRecord {
        action: action.to_owned(),
        interaction: Interaction::Execute,
        outcome: Outcome::Success,
        actor: Actor {
            kind: ActorKind::User,
            id: "doctor-1".to_owned(),
            roles: vec!["doctor".to_owned()],
            session_id: None,
            device_id: None,
        },
        occurred_at: at,
        source_ip: None,
        trace_id: String::new(),
        patient_id: None,
        entity: None,
        purpose: None,
        justification: None,
        emergency: false,
        details: BTreeMap::new(),
    };
    change(&mut record);
    let patient = record
        .details
        .remove("patient")
        .and_then(|v| v.as_str().map(ToOwned::to_owned));
    let envelope_id = EventId::from(uuid::Uuid::from_u128(u128::from(n) + 1));
    Leaf {
        version: 2,
        event_id: envelope_id,
        source: "ehr-proxy".to_owned(),
        organization_id: organization(1).into(),
        logged_at: at + Duration::milliseconds(20),
        patient,
        record,
    }
}

/// The same event in another organisation's log.
pub fn elsewhere(mut event: Event) -> Event {
    event.organization_id = organization(2);
    event
}

/// The roster of both organisations.
pub fn roster() -> Roster {
    let member = |user: &str, patient: &str, family: &str, address: &str| Member {
        user_id: user.to_owned(),
        patient: Some(patient.to_owned()),
        family_key: Some(family.to_owned()),
        address_key: Some(address.to_owned()),
    };
    let members = vec![
        member("doctor-1", "pt_doctor-1", "family_a", "address_a"),
        member("nurse-1", "pt_nurse-1", "family_b", "address_b"),
    ];
    let networks = Networks::new(vec![
        Network::new("192.0.2.0/24", "Boston", 42.36, -71.06).unwrap(),
        Network::new("203.0.113.0/24", "Cambridge", 42.37, -71.11).unwrap(),
        Network::new("198.51.100.0/24", "Paris", 48.86, 2.35).unwrap(),
    ]);
    let mut roster = Roster::default();
    roster.set(organization(1), members.clone(), networks, Thresholds::default());
    roster.set(organization(2), members, Networks::default(), Thresholds::default());
    roster
}

pub fn engine() -> Engine {
    Engine::new(Arc::new(shipped_rules().unwrap()))
}

/// What the events trigger, without those that wait for a care relationship.
pub fn observe_all(events: impl IntoIterator<Item = Event>) -> Vec<Trigger> {
    let (mut engine, roster) = (engine(), roster());
    events
        .into_iter()
        .flat_map(|event| engine.observe(&event, &roster))
        .collect()
}

/// The events that a rule returned, by place in the log.
pub fn returned(triggers: &[Trigger], rule: &str) -> Vec<i64> {
    let of_rule = triggers.iter().filter(|trigger| trigger.rule == rule);
    let mut indexes: Vec<_> = of_rule.flat_map(|t| t.evidence.iter().map(|e| e.log_index)).collect();
    indexes.sort_unstable();
    indexes
}
