//! The measure of a window: what an event adds, and what is left when it leaves.

use crate::{
    event::Event,
    rule::{Measure, Rule},
    rulebook::RuleBook,
};
use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

/// A measure that events can be added to and removed from.
#[derive(Debug)]
pub(crate) enum Tally {
    Sum(u64),
    Distinct(HashMap<u64, u32>),
}

impl Tally {
    /// An empty tally.
    pub fn new(measure: Measure) -> Self {
        match measure {
            Measure::Events | Measure::Records | Measure::SpeedKmh => Self::Sum(0),
            Measure::Patients | Measure::Actors | Measure::Addresses => Self::Distinct(HashMap::new()),
        }
    }

    /// Adds a value.
    pub fn add(&mut self, value: u64) {
        match self {
            Self::Sum(sum) => *sum = sum.saturating_add(value),
            Self::Distinct(values) => *values.entry(value).or_default() += 1,
        }
    }

    /// Removes a value that was added.
    pub fn remove(&mut self, value: u64) {
        match self {
            Self::Sum(sum) => *sum = sum.saturating_sub(value),
            Self::Distinct(values) => {
                if let Some(count) = values.get_mut(&value) {
                    *count -= 1;
                    if *count == 0 {
                        values.remove(&value);
                    }
                }
            }
        }
    }

    /// The measured figure.
    pub fn figure(&self) -> u64 {
        match self {
            Self::Sum(sum) => *sum,
            Self::Distinct(values) => values.len() as u64,
        }
    }
}

/// What the event adds to the rule's measure; None where it has no such value.
pub(crate) fn value(rule: &Rule, book: &RuleBook, event: &Event) -> Option<u64> {
    match rule.measure {
        Measure::Events | Measure::SpeedKmh => Some(1),
        Measure::Patients => event.patient.as_deref().map(hashed),
        Measure::Actors => Some(hashed(&event.actor.id)),
        Measure::Addresses => event.source_ip.map(|ip| hashed(&ip)),
        Measure::Records => Some(event.figure(&book.records.details)).filter(|figure| *figure > 0),
    }
}

/// The same value in every process.
fn hashed<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
