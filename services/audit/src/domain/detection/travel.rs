//! One account in two places: events that nobody can have travelled between.

use super::{fact::Evidence, networks::Network, rule::Rule, window::Hit};
use chrono::{DateTime, Duration, Utc};
use std::{collections::VecDeque, sync::Arc};

/// At most so many events of one key; the oldest go.
pub(super) const ENTRIES_MAX: usize = 2_000;
/// Two events are never nearer in time than this: clocks of two services differ.
const APART_S_MIN: i64 = 60;

#[derive(Debug)]
struct Entry {
    evidence: Arc<Evidence>,
    place: Network,
    given: bool,
}

/// Where one key was.
#[derive(Debug, Default)]
pub(super) struct Travel {
    entries: VecDeque<Entry>,
}

impl Travel {
    /// How many events it holds.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// When the newest happened.
    pub fn newest_at(&self) -> Option<DateTime<Utc>> {
        self.entries.back().map(|entry| entry.evidence.at)
    }

    /// Takes an event at `place`; gives every event that is too far from it for the time between, in whatever order they came.
    pub fn insert(
        &mut self,
        evidence: Arc<Evidence>,
        place: &Network,
        rule: &Rule,
        late: Duration,
        threshold: u64,
    ) -> Option<Hit> {
        let newest_at = self.newest_at().unwrap_or(evidence.at).max(evidence.at);
        let kept_from = newest_at - rule.window() - late;
        if evidence.at <= kept_from {
            return None;
        }
        let position = self.entries.partition_point(|entry| entry.evidence < evidence);
        if self
            .entries
            .get(position)
            .is_some_and(|entry| entry.evidence == evidence)
        {
            return None;
        }
        let mut hit = Hit::default();
        for entry in &mut self.entries {
            let figure = speed_kmh(&entry.evidence, &entry.place, &evidence, place, rule);
            if figure >= threshold {
                hit.figure = hit.figure.max(figure);
                if !std::mem::replace(&mut entry.given, true) {
                    hit.fresh.push(Arc::clone(&entry.evidence));
                }
            }
        }
        let given = hit.figure > 0;
        if given {
            hit.fresh.push(Arc::clone(&evidence));
            hit.fresh.sort();
        }
        let entry = Entry {
            evidence,
            place: place.clone(),
            given,
        };
        self.entries.insert(position, entry);
        while self.entries.len() > ENTRIES_MAX || self.entries.front().is_some_and(|e| e.evidence.at <= kept_from) {
            self.entries.pop_front();
        }
        given.then_some(hit)
    }
}

/// How fast one would have to be; 0 where the places are one or the events too far apart in time.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "kilometres on earth and seconds of days are small"
)]
fn speed_kmh(one: &Evidence, here: &Network, other: &Evidence, there: &Network, rule: &Rule) -> u64 {
    let apart = (one.at - other.at).abs();
    if here.addresses == there.addresses || apart > rule.window() {
        return 0;
    }
    let distance_km = here.distance_km(there);
    if distance_km < f64::from(rule.distance_km_min) {
        return 0;
    }
    let seconds = apart.num_seconds().max(APART_S_MIN);
    (distance_km / (seconds as f64 / 3_600.0)) as u64
}
