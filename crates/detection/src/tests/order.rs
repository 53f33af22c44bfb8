//! The order of arrival does not change what is returned, as long as events arrive within the
//! tolerance.

use super::{engine, morning, reading, returned, roster};
use crate::{Engine, Event, RuleBook, Trigger};
use chrono::Duration;
use proptest::prelude::*;
use std::collections::BTreeSet;

type Returned = BTreeSet<(String, String, i64)>;

/// Everything that is returned when the events arrive in this order.
fn all_returned(events: &[Event]) -> Returned {
    let (mut engine, roster) = (engine(), roster());
    let mut all = Returned::new();
    let mut collect = |triggers: Vec<Trigger>| {
        for trigger in triggers {
            let indexes = trigger.evidence.iter().map(|e| e.log_index);
            all.extend(indexes.map(|index| (trigger.rule.clone(), trigger.subject.id.clone(), index)));
        }
    };
    for (place, event) in events.iter().enumerate() {
        // Logged in the order of arrival, all within the tolerance.
        let mut event = event.clone();
        event.logged_at = morning() + Duration::days(1) + Duration::milliseconds(i64::try_from(place).unwrap());
        collect(engine.observe(&event, &roster));
    }
    for pending in engine.ready(morning() + Duration::days(2)) {
        // A care relationship exists with patients of an even number.
        let related = pending.access.patient.ends_with(['0', '2', '4', '6', '8']);
        collect(engine.resolve(pending, related).into_iter().collect());
    }
    all
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let one = (0_i64..5_400, 0_u32..50, 0_u32..3, 0_usize..4);
    prop::collection::vec(one, 1..160).prop_map(|drawn| {
        let ips = ["192.0.2.1", "203.0.113.1", "198.51.100.1", "10.0.0.1"];
        let of = |(n, (seconds, patient, doctor, ip)): (usize, (i64, u32, u32, usize))| {
            let mut event = reading(u32::try_from(n).unwrap(), seconds, &format!("pt_{patient}"));
            event.actor.id = format!("doctor-{doctor}");
            event.source_ip = ips.get(ip).map(|ip| ip.parse().unwrap());
            event
        };
        drawn.into_iter().enumerate().map(of).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_returns_the_same(
        (ordered, shuffled) in events().prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle()))
    ) {
        prop_assert_eq!(all_returned(&ordered), all_returned(&shuffled));
    }

    /// Against the definition without sliding windows: any hour that ends at an event.
    #[test]
    fn what_is_returned_is_what_the_definition_says(events in events()) {
        let mut expected = BTreeSet::new();
        for end in &events {
            let within = |event: &&Event| {
                let same = event.actor.id == end.actor.id;
                same && event.at() <= end.at() && event.at() > end.at() - Duration::hours(1)
            };
            let patients: BTreeSet<_> = events.iter().filter(within).map(|event| event.patient.clone()).collect();
            if patients.len() >= 20 {
                expected.extend(events.iter().filter(within).map(|event| event.log_index));
            }
        }
        let text = super::RULES.replacen("threshold = 40", "threshold = 20", 1);
        let book = RuleBook::parse(&text, super::CLASSES).unwrap();
        let (mut engine, roster) = (Engine::new(std::sync::Arc::new(book)), roster());
        let triggers: Vec<_> = events.iter().flat_map(|event| engine.observe(event, &roster)).collect();
        let found: BTreeSet<_> = returned(&triggers, "many_patients").into_iter().collect();
        prop_assert_eq!(found, expected);
    }
}
