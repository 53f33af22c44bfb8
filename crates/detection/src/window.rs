//! A sliding window over the time at which events happened, in bounded memory and independent of
//! the order of arrival.
//!
//! A window ends at an event and has a fixed width. When an event completes a window, also one in
//! the past, all events of that window that were not returned before are returned. The union of
//! what is returned is therefore the union of all windows that reach the threshold, and that does
//! not depend on the order of arrival.

use crate::{event::Evidence, rule::Measure, tally::Tally};
use chrono::{DateTime, Duration, Utc};
use std::{collections::VecDeque, sync::Arc};

/// The limits of a window.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Width of the window.
    pub width: Duration,
    /// How late an event may come.
    pub late: Duration,
    /// Number of events; above it the oldest are dropped.
    pub max_entries: usize,
}

#[derive(Debug)]
struct Entry {
    evidence: Arc<Evidence>,
    value: u64,
    returned: bool,
}

impl Entry {
    fn at(&self) -> DateTime<Utc> {
        self.evidence.at
    }
}

/// A window that reached the threshold.
#[derive(Debug, Default)]
pub(crate) struct Hit {
    /// The largest figure.
    pub figure: u64,
    /// Events that were not returned before, oldest first.
    pub fresh: Vec<Arc<Evidence>>,
}

/// The events of one key, and the window that ends at the newest. Moving the window by one event
/// costs the same whatever its length.
#[derive(Debug)]
pub(crate) struct Window {
    entries: VecDeque<Entry>,
    measure: Measure,
    /// The current window is entries `from..to`.
    from: usize,
    to: usize,
    tally: Tally,
    /// Number of entries of the current window that were not returned.
    fresh: usize,
}

impl Window {
    /// Without events.
    pub fn new(measure: Measure) -> Self {
        Self {
            entries: VecDeque::new(),
            measure,
            from: 0,
            to: 0,
            tally: Tally::new(measure),
            fresh: 0,
        }
    }

    /// Number of events.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// When the newest event happened.
    pub fn newest_at(&self) -> Option<DateTime<Utc>> {
        self.entries.back().map(Entry::at)
    }

    /// Adds an event. Returns the new events of all windows with it that reach `threshold`.
    pub fn insert(&mut self, evidence: Arc<Evidence>, value: u64, limits: Limits, threshold: u64) -> Option<Hit> {
        let at = evidence.at;
        let newest_at = self.newest_at().unwrap_or(at).max(at);
        if at <= newest_at - limits.width - limits.late {
            return self.evaluate_alone(evidence, value, threshold);
        }
        let place = self.place_of(&evidence);
        if self.entries.get(place).is_some_and(|entry| entry.evidence == evidence) {
            return None; // A repeated event.
        }
        let entry = Entry {
            evidence,
            value,
            returned: false,
        };
        self.entries.insert(place, entry);
        if place < self.from {
            self.from += 1;
            self.to += 1;
        } else {
            self.to += 1;
            self.include(place);
        }
        self.drop_old(newest_at, limits);
        let mut hit = Hit::default();
        self.look_back(at, limits.width, threshold, &mut hit);
        hit.fresh.sort();
        (!hit.fresh.is_empty()).then_some(hit)
    }

    /// Where it belongs: near the end, because most events arrive nearly in order.
    fn place_of(&self, evidence: &Arc<Evidence>) -> usize {
        let near = self.entries.iter().rev().take(8);
        let after = near.take_while(|entry| entry.evidence > *evidence).count();
        if after < 8 {
            let place = self.entries.len() - after;
            // A repeated event is found at the place before.
            return if place > 0 && self.entries[place - 1].evidence == *evidence {
                place - 1
            } else {
                place
            };
        }
        self.entries.partition_point(|entry| entry.evidence < *evidence)
    }

    /// An event that is too late for any window is evaluated as the only one of its window.
    fn evaluate_alone(&self, evidence: Arc<Evidence>, value: u64, threshold: u64) -> Option<Hit> {
        let mut tally = Tally::new(self.measure);
        tally.add(value);
        let figure = tally.figure();
        (figure >= threshold).then(|| Hit {
            figure,
            fresh: vec![evidence],
        })
    }

    /// Drops events that no window can contain any more.
    fn drop_old(&mut self, newest_at: DateTime<Utc>, limits: Limits) {
        self.shrink_front(newest_at - limits.width);
        let oldest = newest_at - limits.width - limits.late;
        while self.entries.len() > limits.max_entries || self.entries.front().is_some_and(|e| e.at() <= oldest) {
            if self.from == 0 {
                self.exclude(0);
                self.from = 1;
            }
            self.entries.pop_front();
            self.from -= 1;
            self.to -= 1;
        }
    }

    /// Evaluates every window that contains `at`, from the newest back to the one that ends there,
    /// then restores the newest.
    fn look_back(&mut self, at: DateTime<Utc>, width: Duration, threshold: u64, hit: &mut Hit) {
        let (newest_from, newest_to) = (self.from, self.to);
        while let Some(end) = self.to.checked_sub(1).map(|last| self.entries[last].at()) {
            if end < at {
                break;
            }
            if end < at + width && self.tally.figure() >= threshold {
                hit.figure = hit.figure.max(self.tally.figure());
                self.collect(hit);
            }
            // The previous window ends at the previous time at which an event happened.
            while self.to > self.from && self.entries[self.to - 1].at() == end {
                self.to -= 1;
                self.exclude(self.to);
            }
            let Some(before) = self.to.checked_sub(1).map(|last| self.entries[last].at()) else {
                break;
            };
            while self.from > 0 && self.entries[self.from - 1].at() > before - width {
                self.from -= 1;
                self.include(self.from);
            }
        }
        while self.to < newest_to {
            self.include(self.to);
            self.to += 1;
        }
        while self.from < newest_from {
            self.exclude(self.from);
            self.from += 1;
        }
    }

    fn shrink_front(&mut self, from: DateTime<Utc>) {
        while self.from < self.to && self.entries[self.from].at() <= from {
            self.exclude(self.from);
            self.from += 1;
        }
    }

    fn include(&mut self, index: usize) {
        let entry = &self.entries[index];
        self.tally.add(entry.value);
        self.fresh += usize::from(!entry.returned);
    }

    fn exclude(&mut self, index: usize) {
        let entry = &self.entries[index];
        self.tally.remove(entry.value);
        self.fresh -= usize::from(!entry.returned);
    }

    /// Adds the events of the current window that were not returned before; mostly they are at its
    /// end.
    fn collect(&mut self, hit: &mut Hit) {
        for entry in self.entries.range_mut(self.from..self.to).rev() {
            if self.fresh == 0 {
                return;
            }
            if !entry.returned {
                entry.returned = true;
                self.fresh -= 1;
                hit.fresh.push(Arc::clone(&entry.evidence));
            }
        }
    }
}
