//! Each rule fires, and does not fire just below.

use super::{elsewhere, fact, given, known, morning, organization, reading, tell};
use crate::domain::detection::{Engine, RuleBook};
use chrono::Duration;
use mc_contracts::{Actor, ActorKind, Outcome};
use serde_json::json;
use std::{sync::Arc, time::Instant};

fn readings(count: u32, apart_s: i64) -> impl Iterator<Item = super::Fact> {
    (0..count).map(move |n| reading(n, i64::from(n) * apart_s, &format!("pt_{n}")))
}

#[test]
fn many_patients_in_an_hour_are_a_case_and_one_less_is_none() {
    assert!(given(&tell(readings(39, 60)), "many_patients").is_empty());
    let triggers = tell(readings(40, 60));
    assert_eq!(given(&triggers, "many_patients").len(), 40);
    let trigger = triggers.iter().find(|t| t.rule == "many_patients").unwrap();
    assert_eq!((trigger.figure, trigger.threshold), (40, 40));
    assert_eq!(
        (trigger.subject.kind, trigger.subject.id.as_str()),
        ("actor", "doctor-1")
    );
    // The same in more than an hour, and forty readings of one patient.
    assert!(given(&tell(readings(40, 93)), "many_patients").is_empty());
    let one = (0..60).map(|n| reading(n, i64::from(n), "pt_1"));
    assert!(given(&tell(one), "many_patients").is_empty());
}

#[test]
fn what_follows_is_given_once_and_one_by_one() {
    let triggers = tell(readings(45, 60));
    let sizes: Vec<_> = triggers
        .iter()
        .filter(|t| t.rule == "many_patients")
        .map(|t| t.evidence.len())
        .collect();
    assert_eq!(sizes, [40, 1, 1, 1, 1, 1]);
    let mut twice: Vec<_> = readings(45, 60).collect();
    twice.extend(readings(45, 60));
    assert_eq!(
        given(&tell(twice), "many_patients").len(),
        45,
        "an event told twice counts once"
    );
}

#[test]
fn late_and_swapped_events_count_where_they_happened() {
    let mut facts: Vec<_> = readings(40, 60).collect();
    let late = facts.remove(3);
    facts.push(late);
    facts.swap(10, 20);
    assert_eq!(given(&tell(facts), "many_patients").len(), 40);
    // Too late for any window: it is judged alone, and the rest as if it were not there.
    let mut facts: Vec<_> = readings(40, 60).collect();
    let late = facts.remove(0);
    facts.push(reading(100, 4 * 3_600, "pt_later"));
    facts.push(late);
    assert!(given(&tell(facts), "many_patients").is_empty());
}

#[test]
fn two_organisations_never_mix() {
    let halves = readings(60, 30)
        .enumerate()
        .map(|(n, fact)| if n % 2 == 0 { fact } else { elsewhere(fact) });
    assert!(given(&tell(halves), "many_patients").is_empty());
    let triggers = tell(readings(40, 30).map(elsewhere));
    assert!(triggers.iter().all(|t| t.organization_id == organization(2)));
}

#[test]
fn thresholds_follow_the_most_generous_role() {
    let with = |roles: &'static [&'static str]| {
        tell(readings(60, 30).map(move |mut fact| {
            fact.leaf.record.actor.roles = roles.iter().map(ToString::to_string).collect();
            fact
        }))
    };
    assert_eq!(given(&with(&["doctor"]), "many_patients").len(), 60);
    assert!(given(&with(&["doctor", "staff"]), "many_patients").is_empty());
    assert!(given(&with(&["patient"]), "many_patients").is_empty());
}

fn sign_in(n: u32, seconds: i64, account: &str, ip: &str) -> super::Fact {
    fact(n, "auth.login", seconds, |record| {
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
        |count: u32| tell((0..count).map(|n| sign_in(n, i64::from(n) * 60, "user-1", &format!("192.0.2.{n}"))));
    assert!(given(&account(4), "failed_sign_ins_account").is_empty());
    assert_eq!(given(&account(5), "failed_sign_ins_account").len(), 5);
    let address = |count: u32| tell((0..count).map(|n| sign_in(n, i64::from(n) * 10, "anonymous", "192.0.2.1")));
    assert!(given(&address(19), "failed_sign_ins_address").is_empty());
    let triggers = address(20);
    assert_eq!(given(&triggers, "failed_sign_ins_address").len(), 20);
    assert!(
        given(&triggers, "failed_sign_ins_account").is_empty(),
        "nobody's account"
    );
    let sprayed =
        |count: u32| tell((0..count).map(|n| sign_in(n, i64::from(n) * 60, &format!("user-{n}"), "192.0.2.1")));
    assert!(given(&sprayed(4), "password_spraying").is_empty());
    assert_eq!(given(&sprayed(5), "password_spraying").len(), 5);
}

#[test]
fn work_outside_working_hours_is_seen() {
    // Wednesday, 23:00 in New York.
    let night = |count: u32| (0..count).map(|n| reading(n, 13 * 3_600 + i64::from(n) * 60, &format!("pt_{n}")));
    assert!(given(&tell(night(4)), "off_hours").is_empty());
    assert_eq!(given(&tell(night(5)), "off_hours").len(), 5);
    assert!(given(&tell(readings(30, 60)), "off_hours").is_empty(), "by day");
}

#[test]
fn exports_and_very_many_records_are_seen() {
    let exports = |count: u32| (0..count).map(|n| fact(n, "audit.report.download", i64::from(n) * 60, |_| {}));
    assert!(given(&tell(exports(9)), "mass_export").is_empty());
    assert_eq!(given(&tell(exports(10)), "mass_export").len(), 10);
    let records = |each: u32| {
        (0..10).map(move |n| {
            fact(n, "ehr.patient_summary.read", i64::from(n), |record| {
                record.details.insert("resources".to_owned(), json!(each));
            })
        })
    };
    assert!(given(&tell(records(499)), "mass_reading").is_empty());
    assert_eq!(given(&tell(records(500)), "mass_reading").len(), 10);
}

#[test]
fn refusals_and_the_pace_of_a_machine_are_seen() {
    let refusals = |count: u32| {
        (0..count).map(|n| {
            fact(n, "ehr.patient_summary.read", i64::from(n), |record| {
                record.outcome = Outcome::Denied;
            })
        })
    };
    assert!(given(&tell(refusals(19)), "refused_calls").is_empty());
    assert_eq!(given(&tell(refusals(20)), "refused_calls").len(), 20);
    let calls = |count: u32| {
        (0..count).map(|n| {
            fact(n, "insurance.eligibility.verify", i64::from(n) / 11, |record| {
                record.actor.kind = ActorKind::Client;
                record.actor.roles = vec!["integration".to_owned()];
            })
        })
    };
    assert!(given(&tell(calls(2_999)), "client_rate").is_empty());
    assert_eq!(given(&tell(calls(3_000)), "client_rate").len(), 3_000);
}

#[test]
fn a_broken_glass_is_always_a_case() {
    let triggers = tell([fact(1, "ehr.emergency_override", 0, |record| record.emergency = true)]);
    assert_eq!(given(&triggers, "break_glass"), [1]);
}

#[test]
fn a_wrong_clock_is_seen_and_does_not_blind_the_other_rules() {
    let shifted = |by: Duration| {
        let mut fact = reading(200, 0, "pt_x");
        fact.leaf.record.occurred_at += by;
        fact
    };
    assert_eq!(given(&tell([shifted(Duration::hours(1))]), "clock_ahead"), [200]);
    assert!(given(&tell([shifted(Duration::seconds(60))]), "clock_ahead").is_empty());
    assert_eq!(given(&tell([shifted(-Duration::hours(1))]), "clock_behind"), [200]);
    assert!(given(&tell([shifted(-Duration::minutes(29))]), "clock_behind").is_empty());
    // An event from the year 2099 does not make all others come too late.
    let far = shifted(Duration::days(27_000));
    let triggers = tell(std::iter::once(far).chain(readings(40, 60)));
    assert_eq!(given(&triggers, "many_patients").len(), 41);
}

#[test]
fn an_event_costs_microseconds() {
    let mut engine = Engine::new(Arc::new(RuleBook::shipped().unwrap()));
    let known = known();
    let facts: Vec<_> = (0..20_000_u32)
        .map(|n| {
            let mut fact = reading(n, i64::from(n) / 5, &format!("pt_{}", n % 30));
            fact.leaf.record.actor.id = format!("doctor-{}", n % 40);
            fact.leaf.record.source_ip = Some("192.0.2.9".parse().unwrap());
            fact
        })
        .collect();
    // The quickest thousand: a busy machine says nothing about the rules.
    let thousands = facts.chunks(1_000).map(|facts| {
        let started = Instant::now();
        for fact in facts {
            engine.observe(fact, &known);
            engine.ready(fact.leaf.logged_at);
        }
        started.elapsed().as_nanos() / 1_000
    });
    let each_ns = thousands.min().unwrap();
    println!("{each_ns} ns an event, not optimised");
    assert!(each_ns < 200_000, "{each_ns} ns an event");
    assert!(morning() < facts[0].leaf.logged_at);
}

#[test]
fn an_event_of_a_long_burst_costs_no_more_even_where_events_come_swapped() {
    let mut engine = Engine::new(Arc::new(RuleBook::shipped().unwrap()));
    let known = known();
    let mut facts: Vec<_> = (0..30_000_u32)
        .map(|n| {
            let mut fact = reading(n, i64::from(n) / 20, &format!("pt_{}", n % 300));
            fact.leaf.record = fact.leaf.record.detail("resources", 5);
            fact
        })
        .collect();
    (0..29_999).step_by(2).for_each(|n| facts.swap(n, n + 1));
    let mut given = 0;
    let mut quickest = u128::MAX;
    for thousand in facts.chunks(1_000) {
        let started = Instant::now();
        for fact in thousand {
            let triggers = engine.observe(fact, &known);
            engine.ready(fact.leaf.logged_at);
            given += triggers
                .iter()
                .filter(|t| t.rule == "mass_reading")
                .map(|t| t.evidence.len())
                .sum::<usize>();
        }
        // Of the last ten thousand: twenty thousand stand in the window by then.
        if thousand[0].log_index >= 20_000 {
            quickest = quickest.min(started.elapsed().as_nanos() / 1_000);
        }
    }
    println!("{quickest} ns an event of a long burst, not optimised");
    assert!(quickest < 300_000, "{quickest} ns an event");
    assert_eq!(given, 30_000);
}
