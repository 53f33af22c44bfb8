//! Learned thresholds stay within the rule's bounds.

use super::{book, elsewhere, organization, reading, returned, roster};
use crate::{Engine, Event, Learner, Networks, Roster, Thresholds};
use std::sync::Arc;

/// One doctor for `hours` hours, with `patients(hour)` patients in each.
fn hours(hours: u32, patients: impl Fn(u32) -> u32) -> Vec<Event> {
    let mut events = Vec::new();
    for hour in 0..hours {
        for patient in 0..patients(hour) {
            let n = u32::try_from(events.len()).unwrap();
            events.push(reading(
                n,
                i64::from(hour) * 3_600 + i64::from(patient),
                &format!("pt_{patient}"),
            ));
        }
    }
    events
}

fn learned(events: &[Event], rule: &str) -> Option<(u64, u64, u64)> {
    let (book, roster) = (book(), roster());
    let mut learner = Learner::new(&book, &roster);
    for event in events {
        learner.take(event, organization(1));
    }
    let all = learner.finish();
    let found = all
        .into_iter()
        .find(|learned| learned.rule == rule && learned.role == "doctor")?;
    Some((found.threshold, found.usual, found.largest))
}

#[test]
fn the_quantile_times_the_factor_is_learned() {
    // Nearly always 30 patients an hour, once 90: the exception does not count.
    let events = hours(200, |hour| if hour == 7 { 90 } else { 30 });
    assert_eq!(learned(&events, "many_patients"), Some((45, 30, 90)));
}

#[test]
fn never_below_the_floor_nor_above_the_ceiling() {
    assert_eq!(learned(&hours(60, |_| 2), "many_patients"), Some((20, 2, 2)));
    assert_eq!(learned(&hours(60, |_| 240), "many_patients"), Some((250, 240, 240)));
}

#[test]
fn too_few_windows_or_another_organization_teach_nothing() {
    assert_eq!(learned(&hours(49, |_| 30), "many_patients"), None);
    let others: Vec<_> = hours(60, |_| 30).into_iter().map(elsewhere).collect();
    assert_eq!(learned(&others, "many_patients"), None);
}

#[test]
fn a_learned_threshold_is_in_force() {
    let mut thresholds = Thresholds::default();
    thresholds.set("many_patients", "doctor", 25);
    let mut roster = Roster::default();
    roster.set(organization(1), Vec::new(), Networks::default(), thresholds);
    let mut engine = Engine::new(Arc::new(book()));
    let triggers: Vec<_> = hours(1, |_| 25)
        .iter()
        .flat_map(|event| engine.observe(event, &roster))
        .collect();
    assert_eq!(returned(&triggers, "many_patients").len(), 25);
}
