//! Streams of events against a small rule book.

mod learning;
mod order;

use crate::{
    Actor, ActorKind, Engine, Event, Member, Network, Networks, Outcome, Roster, RuleBook, Thresholds, Trigger,
};
use chrono::{DateTime, Duration, Utc};
use mc_vocabulary::{EventId, OrganizationId};
use std::{collections::BTreeMap, sync::Arc};

pub const RULES: &str = include_str!("tests/rules.toml");
pub const CLASSES: &[&str] = &["phi_access"];

pub fn book() -> RuleBook {
    RuleBook::parse(RULES, CLASSES).unwrap()
}

/// A Wednesday, 10:00 in New York.
pub fn morning() -> DateTime<Utc> {
    "2026-07-08T14:00:00Z".parse().unwrap()
}

pub fn organization(n: u128) -> OrganizationId {
    uuid::Uuid::from_u128(n).into()
}

/// A doctor's reading of `patient`, `seconds` after the morning began.
pub fn reading(n: u32, seconds: i64, patient: &str) -> Event {
    let at = morning() + Duration::seconds(seconds);
    Event {
        event_id: EventId::from(uuid::Uuid::from_u128(u128::from(n) + 1)),
        log_index: i64::from(n),
        organization_id: organization(1),
        source: "charts".to_owned(),
        occurred_at: at,
        logged_at: at + Duration::milliseconds(20),
        action: "chart.read".to_owned(),
        classes: vec!["phi_access"],
        outcome: Outcome::Success,
        actor: Actor {
            kind: ActorKind::User,
            id: "doctor-1".to_owned(),
            roles: vec!["doctor".to_owned()],
            session_id: None,
        },
        source_ip: None,
        patient: Some(patient.to_owned()),
        entity_kind: None,
        emergency: false,
        details: BTreeMap::new(),
    }
}

/// The same event in another organization's log.
pub fn elsewhere(mut event: Event) -> Event {
    event.organization_id = organization(2);
    event
}

pub fn roster() -> Roster {
    let members = vec![Member {
        user_id: "nurse-1".to_owned(),
        patient: Some("pt_nurse-1".to_owned()),
        ..Member::default()
    }];
    let networks = Networks::new(vec![
        Network::new("192.0.2.0/24", "Boston", 42.36, -71.06).unwrap(),
        Network::new("203.0.113.0/24", "Cambridge", 42.37, -71.11).unwrap(),
        Network::new("198.51.100.0/24", "Paris", 48.86, 2.35).unwrap(),
    ]);
    let mut roster = Roster::default();
    roster.set(organization(1), members, networks, Thresholds::default());
    roster
}

pub fn engine() -> Engine {
    Engine::new(Arc::new(book()))
}

/// Places in the log of the events that a rule returned.
pub fn returned(triggers: &[Trigger], rule: &str) -> Vec<i64> {
    let of_rule = triggers.iter().filter(|trigger| trigger.rule == rule);
    let mut indexes: Vec<_> = of_rule.flat_map(|t| t.evidence.iter().map(|e| e.log_index)).collect();
    indexes.sort_unstable();
    indexes
}

#[test]
fn a_condition_looks_into_the_roster() {
    let (mut engine, roster) = (engine(), roster());
    let colleague = engine.observe(&reading(1, 0, "pt_nurse-1"), &roster);
    assert_eq!(returned(&colleague, "colleague"), [1]);
    let other = engine.observe(&elsewhere(reading(2, 1, "pt_nurse-1")), &roster);
    assert!(returned(&other, "colleague").is_empty(), "another organization");
}

#[test]
fn an_access_waits_for_late_events_and_counts_only_without_a_care_relationship() {
    let (mut engine, roster) = (engine(), roster());
    let event = reading(1, 0, "pt_1");
    assert!(engine.observe(&event, &roster).is_empty() && engine.is_waiting());
    assert!(engine.ready(event.logged_at + Duration::milliseconds(499)).is_empty());
    let pending = engine
        .ready(event.logged_at + Duration::milliseconds(500))
        .pop()
        .unwrap();
    assert_eq!(
        (pending.access.patient.as_str(), pending.access.actor_id.as_str()),
        ("pt_1", "doctor-1")
    );
    let trigger = engine.resolve(pending, false).unwrap();
    assert_eq!(
        (trigger.rule.as_str(), trigger.evidence[0].log_index),
        ("no_care_relationship", 1)
    );
    engine.observe(&reading(2, 5, "pt_2"), &roster);
    let pending = engine.ready(morning() + Duration::hours(1)).pop().unwrap();
    assert_eq!(engine.resolve(pending, true), None);
}
