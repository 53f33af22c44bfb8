//! The order of arrival does not change what is given, as long as events come within the tolerance.

use super::{Fact, engine, known, reading};
use chrono::Duration;
use proptest::prelude::*;
use std::collections::BTreeSet;

type Given = BTreeSet<(String, String, i64)>;

/// Everything that was given, in the order of arrival.
fn given(facts: &[Fact]) -> Given {
    let (mut engine, known) = (engine(), known());
    let mut all = Given::new();
    let mut keep = |triggers: Vec<crate::domain::detection::Trigger>| {
        for trigger in triggers {
            let indexes = trigger.evidence.iter().map(|e| e.log_index);
            all.extend(indexes.map(|index| (trigger.rule.clone(), trigger.subject.id.clone(), index)));
        }
    };
    for (place, fact) in facts.iter().enumerate() {
        // Logged in the order of arrival, all within the tolerance.
        let mut fact = fact.clone();
        fact.leaf.logged_at =
            super::morning() + Duration::days(1) + Duration::milliseconds(i64::try_from(place).unwrap());
        keep(engine.observe(&fact, &known));
    }
    for held in engine.ready(super::morning() + Duration::days(2)) {
        // Whoever reads a patient of an even number treats them.
        let related = held.question.patient.ends_with(['0', '2', '4', '6', '8']);
        keep(engine.judge(held, related).into_iter().collect());
    }
    all
}

fn facts() -> impl Strategy<Value = Vec<Fact>> {
    let one = (0_i64..5_400, 0_u32..50, 0_u32..3, 0_usize..4);
    prop::collection::vec(one, 1..160).prop_map(|told| {
        let ips = ["192.0.2.1", "203.0.113.1", "198.51.100.1", "10.0.0.1"];
        let of = |(n, (seconds, patient, doctor, ip)): (usize, (i64, u32, u32, usize))| {
            let mut fact = reading(u32::try_from(n).unwrap(), seconds, &format!("pt_{patient}"));
            fact.leaf.record.actor.id = format!("doctor-{doctor}");
            fact.leaf.record.source_ip = ips.get(ip).map(|ip| ip.parse().unwrap());
            fact
        };
        told.into_iter().enumerate().map(of).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_gives_the_same(
        (told, shuffled) in facts().prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle()))
    ) {
        prop_assert_eq!(given(&told), given(&shuffled));
    }

    /// Against the definition, without windows that slide: any hour that ends at an event.
    #[test]
    fn what_is_given_is_what_the_definition_says(facts in facts()) {
        let mut expected = BTreeSet::new();
        for end in &facts {
            let within = |fact: &&Fact| {
                let same = fact.leaf.record.actor.id == end.leaf.record.actor.id;
                same && fact.at() <= end.at() && fact.at() > end.at() - Duration::hours(1)
            };
            let patients: BTreeSet<_> = facts.iter().filter(within).map(|fact| fact.leaf.patient.clone()).collect();
            if patients.len() >= 20 {
                expected.extend(facts.iter().filter(within).map(|fact| fact.log_index));
            }
        }
        let text = include_str!("../../../../rules.toml").replacen("threshold = 40", "threshold = 20", 1);
        let book = crate::domain::detection::RuleBook::parse(&text).unwrap();
        let (mut engine, known) = (crate::domain::detection::Engine::new(std::sync::Arc::new(book)), known());
        let triggers: Vec<_> = facts.iter().flat_map(|fact| engine.observe(fact, &known)).collect();
        let found: BTreeSet<_> = super::given(&triggers, "many_patients").into_iter().collect();
        prop_assert_eq!(found, expected);
    }
}
