//! Measuring: what an event adds, and what is left when it goes.

use super::{
    fact::Fact,
    rule::{Measure, Rule},
    rulebook::RuleBook,
};
use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

/// A measure that events can be added to and taken from.
#[derive(Debug)]
pub(super) enum Tally {
    Sum(u64),
    Different(HashMap<u64, u32>),
}

impl Tally {
    /// Of nothing yet.
    pub fn new(measure: Measure) -> Self {
        match measure {
            Measure::Events | Measure::Records | Measure::SpeedKmh => Self::Sum(0),
            Measure::Patients | Measure::Actors | Measure::Addresses => Self::Different(HashMap::new()),
        }
    }

    /// Takes a value in.
    pub fn add(&mut self, value: u64) {
        match self {
            Self::Sum(sum) => *sum = sum.saturating_add(value),
            Self::Different(values) => *values.entry(value).or_default() += 1,
        }
    }

    /// Takes it out again.
    pub fn take(&mut self, value: u64) {
        match self {
            Self::Sum(sum) => *sum = sum.saturating_sub(value),
            Self::Different(values) => {
                if let Some(count) = values.get_mut(&value) {
                    *count -= 1;
                    if *count == 0 {
                        values.remove(&value);
                    }
                }
            }
        }
    }

    /// The figure.
    pub fn figure(&self) -> u64 {
        match self {
            Self::Sum(sum) => *sum,
            Self::Different(values) => values.len() as u64,
        }
    }
}

/// What the event adds to the rule's measure; None where it has nothing of it.
pub(super) fn value(rule: &Rule, book: &RuleBook, fact: &Fact) -> Option<u64> {
    let record = &fact.leaf.record;
    match rule.measure {
        Measure::Events | Measure::SpeedKmh => Some(1),
        Measure::Patients => fact.leaf.patient.as_deref().map(hashed),
        Measure::Actors => Some(hashed(&record.actor.id)),
        Measure::Addresses => record.source_ip.map(|ip| hashed(&ip)),
        Measure::Records => Some(fact.figure(&book.records.details)).filter(|figure| *figure > 0),
    }
}

/// The same in every process.
fn hashed<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
