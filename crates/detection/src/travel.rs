//! One account in two places: events that nobody can have travelled between.

use crate::{event::Evidence, networks::Network, rule::Rule, window::Hit};
use chrono::{DateTime, Duration, Utc};
use std::{collections::VecDeque, sync::Arc};

/// Events of one key; above it the oldest are dropped.
const MAX_ENTRIES: usize = 2_000;
/// Two events count as at least this far apart, in seconds: clocks of two services differ.
const MIN_APART_S: i64 = 60;

#[derive(Debug)]
struct Entry {
    evidence: Arc<Evidence>,
    place: Network,
    returned: bool,
}

/// The places of one key.
#[derive(Debug, Default)]
pub(crate) struct Travel {
    entries: VecDeque<Entry>,
}

impl Travel {
    /// Number of events.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// When the newest event happened.
    pub fn newest_at(&self) -> Option<DateTime<Utc>> {
        self.entries.back().map(|entry| entry.evidence.at)
    }

    /// Adds an event at `place`. Returns it with every event that is too far from it for the time
    /// between, if there is one; the order of arrival does not matter.
    pub fn insert(
        &mut self,
        evidence: Arc<Evidence>,
        place: &Network,
        rule: &Rule,
        late: Duration,
        threshold: u64,
    ) -> Option<Hit> {
        let newest_at = self.newest_at().unwrap_or(evidence.at).max(evidence.at);
        let oldest = newest_at - rule.window() - late;
        if evidence.at <= oldest {
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
                if !std::mem::replace(&mut entry.returned, true) {
                    hit.fresh.push(Arc::clone(&entry.evidence));
                }
            }
        }
        let returned = hit.figure > 0;
        if returned {
            hit.fresh.push(Arc::clone(&evidence));
            hit.fresh.sort();
        }
        let entry = Entry {
            evidence,
            place: place.clone(),
            returned,
        };
        self.entries.insert(position, entry);
        while self.entries.len() > MAX_ENTRIES || self.entries.front().is_some_and(|e| e.evidence.at <= oldest) {
            self.entries.pop_front();
        }
        returned.then_some(hit)
    }
}

/// The speed needed between two events, in km/h; 0 where the places count as one or the events are
/// too far apart in time.
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
    let seconds = apart.num_seconds().max(MIN_APART_S);
    (distance_km / (seconds as f64 / 3_600.0)) as u64
}
