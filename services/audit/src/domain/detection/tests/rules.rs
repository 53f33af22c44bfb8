//! Each rule fires, and does not fire just below.

use crate::domain::detection::tests::{
    elsewhere, morning, observe_all, organization, reading, recorded, returned, roster,
};
use crate::domain::detection::{parse_rules, shipped_rules};
use chrono::Duration;
use mc_contracts::{Actor, ActorKind, Outcome};
use mc_detection::Engine;
use serde_json::json;
use std::{sync::Arc, time::Instant};

fn readings(count: u32, apart_s: i64) -> impl Iterator<Item = super::Event> {
    (0..count).map(move |n| reading(n, i64::from(n) * apart_s, &format!("pt_{n}")))
}

#[test]
fn many_patients_in_an_hour_are_a_case_and_one_less_is_none() {
    assert!(returned(&observe_all(readings(39, 60)), "many_patients").is_empty());
    let triggers = observe_all(readings(40, 60));
    assert_eq!(returned(&triggers, "many_patients").len(), 40);
    let trigger = triggers.iter().find(|t| t.rule == "many_patients").unwrap();
    assert_eq!((trigger.figure, trigger.threshold), (40, 40));
    assert_eq!(
        (trigger.subject.kind, trigger.subject.id.as_str()),
        ("actor", "doctor-1")
    );
    // The same in more than an hour, and forty readings of one patient.
    assert!(returned(&observe_all(readings(40, 93)), "many_patients").is_empty());
    let one = (0..60).map(|n| reading(n, i64::from(n), "pt_1"));
    assert!(returned(&observe_all(one), "many_patients").is_empty());
}

#[test]
fn what_follows_is_given_once_and_one_by_one() {
    let triggers = observe_all(readings(45, 60));
    let sizes: Vec<_> = triggers
        .iter()
        .filter(|t| t.rule == "many_patients")
        .map(|t| t.evidence.len())
        .collect();
    assert_eq!(sizes, [40, 1, 1, 1, 1, 1]);
    let mut twice: Vec<_> = readings(45, 60).collect();
    twice.extend(readings(45, 60));
    assert_eq!(
        returned(&observe_all(twice), "many_patients").len(),
        45,
        "an event delivered twice counts once"
    );
}

#[test]
fn late_and_swapped_events_count_where_they_happened() {
    let mut events: Vec<_> = readings(40, 60).collect();
    let late = events.remove(3);
    events.push(late);
    events.swap(10, 20);
    assert_eq!(returned(&observe_all(events), "many_patients").len(), 40);
    // Too late for any window: it is evaluated alone, and the rest without it.
    let mut events: Vec<_> = readings(40, 60).collect();
    let late = events.remove(0);
    events.push(reading(100, 4 * 3_600, "pt_later"));
    events.push(late);
    assert!(returned(&observe_all(events), "many_patients").is_empty());
}

#[test]
fn two_organisations_never_mix() {
    let halves = readings(60, 30)
        .enumerate()
        .map(|(n, event)| if n % 2 == 0 { event } else { elsewhere(event) });
    assert!(returned(&observe_all(halves), "many_patients").is_empty());
    let triggers = observe_all(readings(40, 30).map(elsewhere));
    assert!(triggers.iter().all(|t| t.organization_id == organization(2)));
}

#[test]
fn thresholds_follow_the_most_generous_role() {
    let with = |roles: &'static [&'static str]| {
        observe_all(readings(60, 30).map(move |mut event| {
            event.actor.roles = roles.iter().map(ToString::to_string).collect();
            event
        }))
    };
    assert_eq!(returned(&with(&["doctor"]), "many_patients").len(), 60);
    assert!(returned(&with(&["doctor", "staff"]), "many_patients").is_empty());
    assert!(returned(&with(&["patient"]), "many_patients").is_empty());
}

fn sign_in(n: u32, seconds: i64, account: &str, ip: &str) -> super::Event {
    recorded(n, "auth.login", seconds, |record| {
        record.outcome = Outcome::Denied;
        record.source_ip = Some(ip.parse().unwrap());
        account.clone_into(&mut record.actor.id);
        if account == "anonymous" {
            record.actor = Actor::anonymous();
        }
    })
}

#[test]
fn bursts_of_failed_sign_ins_are_seen_by_account_and_by_address() {
    let account =
        |count: u32| observe_all((0..count).map(|n| sign_in(n, i64::from(n) * 60, "user-1", &format!("192.0.2.{n}"))));
    assert!(returned(&account(4), "failed_sign_ins_account").is_empty());
    assert_eq!(returned(&account(5), "failed_sign_ins_account").len(), 5);
    let address = |count: u32| observe_all((0..count).map(|n| sign_in(n, i64::from(n) * 10, "anonymous", "192.0.2.1")));
    assert!(returned(&address(19), "failed_sign_ins_address").is_empty());
    let triggers = address(20);
    assert_eq!(returned(&triggers, "failed_sign_ins_address").len(), 20);
    assert!(
        returned(&triggers, "failed_sign_ins_account").is_empty(),
        "an attempt without an account"
    );
    let sprayed =
        |count: u32| observe_all((0..count).map(|n| sign_in(n, i64::from(n) * 60, &format!("user-{n}"), "192.0.2.1")));
    assert!(returned(&sprayed(4), "password_spraying").is_empty());
    assert_eq!(returned(&sprayed(5), "password_spraying").len(), 5);
}

#[test]
fn work_outside_working_hours_is_seen() {
    // Wednesday, 23:00 in New York.
    let night = |count: u32| (0..count).map(|n| reading(n, 13 * 3_600 + i64::from(n) * 60, &format!("pt_{n}")));
    assert!(returned(&observe_all(night(4)), "off_hours").is_empty());
    assert_eq!(returned(&observe_all(night(5)), "off_hours").len(), 5);
    assert!(
        returned(&observe_all(readings(30, 60)), "off_hours").is_empty(),
        "by day"
    );
}

#[test]
fn exports_and_very_many_records_are_seen() {
    let exports = |count: u32| (0..count).map(|n| recorded(n, "audit.report.download", i64::from(n) * 60, |_| {}));
    assert!(returned(&observe_all(exports(9)), "mass_export").is_empty());
    assert_eq!(returned(&observe_all(exports(10)), "mass_export").len(), 10);
    let records = |each: u32| {
        (0..10).map(move |n| {
            recorded(n, "ehr.patient_summary.read", i64::from(n), |record| {
                record.details.insert("resources".to_owned(), json!(each));
            })
        })
    };
    assert!(returned(&observe_all(records(499)), "mass_reading").is_empty());
    assert_eq!(returned(&observe_all(records(500)), "mass_reading").len(), 10);
}

#[test]
fn refusals_and_the_pace_of_a_machine_are_seen() {
    let refusals = |count: u32| {
        (0..count).map(|n| {
            recorded(n, "ehr.patient_summary.read", i64::from(n), |record| {
                record.outcome = Outcome::Denied;
            })
        })
    };
    assert!(returned(&observe_all(refusals(19)), "refused_calls").is_empty());
    assert_eq!(returned(&observe_all(refusals(20)), "refused_calls").len(), 20);
    let calls = |count: u32| {
        (0..count).map(|n| {
            recorded(n, "insurance.eligibility.verify", i64::from(n) / 11, |record| {
                record.actor.kind = ActorKind::Client;
                record.actor.roles = vec!["integration".to_owned()];
            })
        })
    };
    assert!(returned(&observe_all(calls(2_999)), "client_rate").is_empty());
    assert_eq!(returned(&observe_all(calls(3_000)), "client_rate").len(), 3_000);
}

#[test]
fn a_broken_glass_is_always_a_case() {
    let triggers = observe_all([recorded(1, "ehr.emergency_override", 0, |record| {
        record.emergency = true;
    })]);
    assert_eq!(returned(&triggers, "break_glass"), [1]);
}

#[test]
fn a_wrong_clock_is_seen_and_does_not_blind_the_other_rules() {
    let shifted = |by: Duration| {
        let mut event = reading(200, 0, "pt_x");
        event.occurred_at += by;
        event
    };
    assert_eq!(
        returned(&observe_all([shifted(Duration::hours(1))]), "clock_ahead"),
        [200]
    );
    assert!(returned(&observe_all([shifted(Duration::seconds(60))]), "clock_ahead").is_empty());
    assert_eq!(
        returned(&observe_all([shifted(-Duration::hours(1))]), "clock_behind"),
        [200]
    );
    assert!(returned(&observe_all([shifted(-Duration::minutes(29))]), "clock_behind").is_empty());
    // An event from the year 2099 does not make all others too late.
    let far = shifted(Duration::days(27_000));
    let triggers = observe_all(std::iter::once(far).chain(readings(40, 60)));
    assert_eq!(returned(&triggers, "many_patients").len(), 41);
}

#[test]
fn an_event_costs_microseconds() {
    let mut engine = Engine::new(Arc::new(shipped_rules().unwrap()));
    let roster = roster();
    let events: Vec<_> = (0..20_000_u32)
        .map(|n| {
            let mut event = reading(n, i64::from(n) / 5, &format!("pt_{}", n % 30));
            event.actor.id = format!("doctor-{}", n % 40);
            event.source_ip = Some("192.0.2.9".parse().unwrap());
            event
        })
        .collect();
    // The fastest thousand, because the machine may be busy.
    let thousands = events.chunks(1_000).map(|events| {
        let started = Instant::now();
        for event in events {
            engine.observe(event, &roster);
            engine.ready(event.logged_at);
        }
        started.elapsed().as_nanos() / 1_000
    });
    let each_ns = thousands.min().unwrap();
    println!("{each_ns} ns an event, not optimised");
    assert!(each_ns < 200_000, "{each_ns} ns an event");
    assert!(morning() < events[0].logged_at);
}

#[test]
fn an_event_of_a_long_burst_costs_no_more_even_where_events_come_swapped() {
    let mut engine = Engine::new(Arc::new(shipped_rules().unwrap()));
    let roster = roster();
    let mut events: Vec<_> = (0..30_000_u32)
        .map(|n| {
            let mut event = reading(n, i64::from(n) / 20, &format!("pt_{}", n % 300));
            event.details.insert("resources".to_owned(), json!(5));
            event
        })
        .collect();
    (0..29_999).step_by(2).for_each(|n| events.swap(n, n + 1));
    let mut returned = 0;
    let mut quickest = u128::MAX;
    for thousand in events.chunks(1_000) {
        let started = Instant::now();
        for event in thousand {
            let triggers = engine.observe(event, &roster);
            engine.ready(event.logged_at);
            returned += triggers
                .iter()
                .filter(|t| t.rule == "mass_reading")
                .map(|t| t.evidence.len())
                .sum::<usize>();
        }
        // Of the last ten thousand: the window holds twenty thousand by then.
        if thousand[0].log_index >= 20_000 {
            quickest = quickest.min(started.elapsed().as_nanos() / 1_000);
        }
    }
    println!("{quickest} ns an event of a long burst, not optimised");
    assert!(quickest < 300_000, "{quickest} ns an event");
    assert_eq!(returned, 30_000);
}

#[test]
fn the_rules_that_come_with_the_service_are_in_order() {
    let book = shipped_rules().unwrap();
    assert!(book.rules().len() >= 15);
    assert!(book.memory() >= Duration::hours(25));
    assert!(parse_rules(&include_str!("../../../../rules.toml").replacen("break_glass\"]", "gossip\"]", 1)).is_err());
}
