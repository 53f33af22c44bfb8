//! Colleagues, family, neighbours, care and travel.

use crate::domain::detection::{
    shipped_rules,
    tests::{Event, elsewhere, engine, observe_all, reading, recorded, returned, roster},
};
use chrono::Duration;
use mc_detection::Contacts;

fn with(mut event: Event, family: &str, address: &str) -> Event {
    let details = &mut event.details;
    details.insert("family_key".to_owned(), family.into());
    details.insert("address_key".to_owned(), address.into());
    event
}

#[test]
fn the_chart_of_a_colleague_is_seen_and_ones_own_is_another_matter() {
    let triggers = observe_all([
        reading(1, 0, "pt_nurse-1"),
        reading(2, 1, "pt_doctor-1"),
        reading(3, 2, "pt_9"),
    ]);
    assert_eq!(returned(&triggers, "colleague"), [1]);
    assert_eq!(returned(&triggers, "own_record"), [2]);
}

#[test]
fn the_own_family_name_and_the_own_address_are_seen() {
    let triggers = observe_all([
        with(reading(1, 0, "pt_1"), "family_a", "address_z"),
        with(reading(2, 1, "pt_2"), "family_z", "address_a"),
        with(reading(3, 2, "pt_3"), "family_b", "address_b"),
        with(reading(4, 3, "pt_doctor-1"), "family_a", "address_a"),
    ]);
    assert_eq!(returned(&triggers, "own_family"), [1]);
    assert_eq!(returned(&triggers, "own_address"), [2]);
}

#[test]
fn somebody_who_is_not_in_the_roster_is_nobodys_family() {
    let mut event = with(reading(1, 0, "pt_1"), "family_a", "address_a");
    "doctor-9".clone_into(&mut event.actor.id);
    let triggers = observe_all([event]);
    assert!(returned(&triggers, "own_family").is_empty() && returned(&triggers, "own_address").is_empty());
}

#[test]
fn a_chart_without_a_care_relationship_is_judged_when_stragglers_have_come() {
    let (mut engine, roster) = (engine(), roster());
    let event = reading(1, 0, "pt_1");
    assert!(engine.observe(&event, &roster).is_empty() && engine.is_waiting());
    assert!(engine.ready(event.logged_at + Duration::milliseconds(499)).is_empty());
    let mut ready = engine.ready(event.logged_at + Duration::milliseconds(500));
    let pending = ready.pop().unwrap();
    assert_eq!(
        (pending.access.patient.as_str(), pending.access.actor_id.as_str()),
        ("pt_1", "doctor-1")
    );
    let trigger = engine.resolve(pending, false).unwrap();
    assert_eq!(
        (trigger.rule.as_str(), trigger.evidence[0].log_index),
        ("no_care_relationship", 1)
    );
    let related = reading(2, 5, "pt_2");
    engine.observe(&related, &roster);
    let pending = engine.ready(related.logged_at + Duration::seconds(1)).pop().unwrap();
    assert_eq!(engine.resolve(pending, true), None);
}

#[test]
fn a_consent_shows_a_care_relationship_and_a_payment_does_not() {
    let care = shipped_rules().unwrap().care;
    let contacts = |kind: &str| {
        let mut contacts = Contacts::default();
        let event = recorded(1, "billing.payment.processed", 0, |record| {
            *record = record.clone().entity(kind, "1");
            record.details.insert("patient".to_owned(), "pt_1".into());
        });
        contacts.add(&event, &care);
        contacts.into_list().len()
    };
    assert_eq!((contacts("Consent"), contacts("Payment")), (1, 0));
}

#[test]
fn emergency_access_needs_no_care_relationship() {
    let (mut engine, roster) = (engine(), roster());
    let mut event = reading(1, 0, "pt_1");
    event.emergency = true;
    engine.observe(&event, &roster);
    assert!(!engine.is_waiting());
}

fn from(n: u32, seconds: i64, ip: &str) -> Event {
    let mut event = reading(n, seconds, "pt_1");
    event.source_ip = Some(ip.parse().unwrap());
    event
}

#[test]
fn nobody_is_in_boston_and_in_paris_within_six_hours() {
    // 5,530 km: 900 km/h need 6 h 9 min.
    let six = observe_all([from(1, 0, "192.0.2.1"), from(2, 6 * 3_600, "198.51.100.1")]);
    assert_eq!(returned(&six, "impossible_travel"), [1, 2]);
    assert_eq!(six.iter().find(|t| t.rule == "impossible_travel").unwrap().figure, 921);
    let seven = observe_all([from(1, 0, "192.0.2.1"), from(2, 7 * 3_600, "198.51.100.1")]);
    assert!(returned(&seven, "impossible_travel").is_empty());
    let backwards = observe_all([from(2, 6 * 3_600, "198.51.100.1"), from(1, 0, "192.0.2.1")]);
    assert_eq!(returned(&backwards, "impossible_travel"), [1, 2]);
}

#[test]
fn near_places_unknown_networks_and_other_accounts_are_not_judged() {
    let plausible_time = observe_all([from(1, 0, "192.0.2.1"), from(2, 1, "203.0.113.1")]);
    let unknown = observe_all([from(1, 0, "192.0.2.1"), from(2, 1, "10.0.0.1")]);
    let mut other = from(2, 1, "198.51.100.1");
    "doctor-2".clone_into(&mut other.actor.id);
    let others = observe_all([from(1, 0, "192.0.2.1"), other]);
    let apart = observe_all([from(1, 0, "192.0.2.1"), elsewhere(from(2, 1, "198.51.100.1"))]);
    for triggers in [plausible_time, unknown, others, apart] {
        assert!(returned(&triggers, "impossible_travel").is_empty());
    }
}
