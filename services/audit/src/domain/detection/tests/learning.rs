//! What is usual is learned, and never talked down or up beyond the rule's bounds.

use super::{Fact, elsewhere, known, organization, reading};
use crate::domain::detection::{Engine, Known, Learner, Networks, RuleBook, Thresholds};
use std::sync::Arc;

/// One doctor, `hours` hours, so many patients in each.
fn hours(hours: u32, patients: impl Fn(u32) -> u32) -> Vec<Fact> {
    let mut facts = Vec::new();
    for hour in 0..hours {
        for patient in 0..patients(hour) {
            let n = u32::try_from(facts.len()).unwrap();
            facts.push(reading(
                n,
                i64::from(hour) * 3_600 + i64::from(patient),
                &format!("pt_{patient}"),
            ));
        }
    }
    facts
}

fn learned(facts: &[Fact], rule: &str) -> Option<(u64, u64, u64)> {
    let (book, known) = (RuleBook::shipped().unwrap(), known());
    let mut learner = Learner::new(&book, &known);
    for fact in facts {
        learner.take(fact, organization(1));
    }
    let all = learner.finish();
    let found = all
        .into_iter()
        .find(|learned| learned.rule == rule && learned.role == "doctor")?;
    Some((found.threshold, found.usual, found.largest))
}

#[test]
fn the_usual_figure_times_the_factor_is_learned() {
    // Nearly always 30 patients an hour, once 90: the exception does not count.
    let facts = hours(200, |hour| if hour == 7 { 90 } else { 30 });
    assert_eq!(learned(&facts, "many_patients"), Some((45, 30, 90)));
}

#[test]
fn never_below_the_floor_nor_above_the_ceiling() {
    assert_eq!(learned(&hours(60, |_| 2), "many_patients"), Some((20, 2, 2)));
    assert_eq!(learned(&hours(60, |_| 240), "many_patients"), Some((250, 240, 240)));
}

#[test]
fn too_little_was_seen_or_of_somebody_else() {
    assert_eq!(learned(&hours(49, |_| 30), "many_patients"), None);
    let others: Vec<_> = hours(60, |_| 30).into_iter().map(elsewhere).collect();
    assert_eq!(learned(&others, "many_patients"), None);
}

#[test]
fn a_learned_threshold_is_in_force() {
    let mut thresholds = Thresholds::default();
    thresholds.set("many_patients", "doctor", 25);
    let mut known = Known::default();
    known.set(organization(1), Vec::new(), Networks::default(), thresholds);
    let mut engine = Engine::new(Arc::new(RuleBook::shipped().unwrap()));
    let triggers: Vec<_> = hours(1, |_| 25)
        .iter()
        .flat_map(|fact| engine.observe(fact, &known))
        .collect();
    assert_eq!(super::given(&triggers, "many_patients").len(), 25);
}
