//! A sliding window over the time at which events happened, in bounded memory, whatever the order in which they arrive.
//!
//! A window ends at an event and reaches back so far. An event that completes a window, also one that lies in the past, gives all
//! events of it that were not given before; so what is given in the end is the union of all windows that reach the threshold, which
//! does not depend on the order of arrival.

use super::{fact::Evidence, rule::Measure, tally::Tally};
use chrono::{DateTime, Duration, Utc};
use std::{collections::VecDeque, sync::Arc};

/// How far windows reach.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    /// Length.
    pub width: Duration,
    /// How late an event may come.
    pub late: Duration,
    /// At most so many events; the oldest go.
    pub entries_max: usize,
}

#[derive(Debug)]
struct Entry {
    evidence: Arc<Evidence>,
    value: u64,
    given: bool,
}

impl Entry {
    fn at(&self) -> DateTime<Utc> {
        self.evidence.at
    }
}

/// A window that reached the threshold.
#[derive(Debug, Default)]
pub(super) struct Hit {
    /// The largest figure.
    pub figure: u64,
    /// Events that were not given before, oldest first.
    pub fresh: Vec<Arc<Evidence>>,
}

/// The events of one key, and the window that ends at the newest. Moving the window by an event costs the same whatever its length.
#[derive(Debug)]
pub(super) struct Window {
    entries: VecDeque<Entry>,
    measure: Measure,
    /// The window: entries `from..to`.
    from: usize,
    to: usize,
    tally: Tally,
    /// How many of them were not given.
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

    /// How many events it holds.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// When the newest happened.
    pub fn newest_at(&self) -> Option<DateTime<Utc>> {
        self.entries.back().map(Entry::at)
    }

    /// Takes an event; gives the windows with it that reach `threshold`.
    pub fn insert(&mut self, evidence: Arc<Evidence>, value: u64, reach: Reach, threshold: u64) -> Option<Hit> {
        let at = evidence.at;
        let newest_at = self.newest_at().unwrap_or(at).max(at);
        if at <= newest_at - reach.width - reach.late {
            return self.judge_alone(evidence, value, threshold);
        }
        let place = self.place_of(&evidence);
        if self.entries.get(place).is_some_and(|entry| entry.evidence == evidence) {
            return None; // the same event once more
        }
        let entry = Entry {
            evidence,
            value,
            given: false,
        };
        self.entries.insert(place, entry);
        if place < self.from {
            self.from += 1;
            self.to += 1;
        } else {
            self.to += 1;
            self.take_in(place);
        }
        self.let_go(newest_at, reach);
        let mut hit = Hit::default();
        self.look_back(at, reach.width, threshold, &mut hit);
        hit.fresh.sort();
        (!hit.fresh.is_empty()).then_some(hit)
    }

    /// Where it belongs: near the end, for most events come nearly in order.
    fn place_of(&self, evidence: &Arc<Evidence>) -> usize {
        let near = self.entries.iter().rev().take(8);
        let after = near.take_while(|entry| entry.evidence > *evidence).count();
        if after < 8 {
            let place = self.entries.len() - after;
            // The same event stands before the place behind it.
            return if place > 0 && self.entries[place - 1].evidence == *evidence {
                place - 1
            } else {
                place
            };
        }
        self.entries.partition_point(|entry| entry.evidence < *evidence)
    }

    /// An event that comes too late for windows.
    fn judge_alone(&self, evidence: Arc<Evidence>, value: u64, threshold: u64) -> Option<Hit> {
        let mut tally = Tally::new(self.measure);
        tally.add(value);
        let figure = tally.figure();
        (figure >= threshold).then(|| Hit {
            figure,
            fresh: vec![evidence],
        })
    }

    /// Lets go of what is out of reach.
    fn let_go(&mut self, newest_at: DateTime<Utc>, reach: Reach) {
        self.shrink_front(newest_at - reach.width);
        let kept_from = newest_at - reach.width - reach.late;
        while self.entries.len() > reach.entries_max || self.entries.front().is_some_and(|e| e.at() <= kept_from) {
            if self.from == 0 {
                self.leave_out(0);
                self.from = 1;
            }
            self.entries.pop_front();
            self.from -= 1;
            self.to -= 1;
        }
    }

    /// Looks at every window that holds `at`, from the newest back to the one that ends there; then stands at the newest again.
    fn look_back(&mut self, at: DateTime<Utc>, width: Duration, threshold: u64, hit: &mut Hit) {
        let (newest_from, newest_to) = (self.from, self.to);
        while let Some(end) = self.to.checked_sub(1).map(|last| self.entries[last].at()) {
            if end < at {
                break;
            }
            if end < at + width && self.tally.figure() >= threshold {
                hit.figure = hit.figure.max(self.tally.figure());
                self.give(hit);
            }
            // The window before ends at the moment before at which something happened.
            while self.to > self.from && self.entries[self.to - 1].at() == end {
                self.to -= 1;
                self.leave_out(self.to);
            }
            let Some(before) = self.to.checked_sub(1).map(|last| self.entries[last].at()) else {
                break;
            };
            while self.from > 0 && self.entries[self.from - 1].at() > before - width {
                self.from -= 1;
                self.take_in(self.from);
            }
        }
        while self.to < newest_to {
            self.take_in(self.to);
            self.to += 1;
        }
        while self.from < newest_from {
            self.leave_out(self.from);
            self.from += 1;
        }
    }

    fn shrink_front(&mut self, from: DateTime<Utc>) {
        while self.from < self.to && self.entries[self.from].at() <= from {
            self.leave_out(self.from);
            self.from += 1;
        }
    }

    fn take_in(&mut self, index: usize) {
        let entry = &self.entries[index];
        self.tally.add(entry.value);
        self.fresh += usize::from(!entry.given);
    }

    fn leave_out(&mut self, index: usize) {
        let entry = &self.entries[index];
        self.tally.take(entry.value);
        self.fresh -= usize::from(!entry.given);
    }

    /// Adds the events of the window that were not given before; they stand at its end, mostly.
    fn give(&mut self, hit: &mut Hit) {
        for entry in self.entries.range_mut(self.from..self.to).rev() {
            if self.fresh == 0 {
                return;
            }
            if !entry.given {
                entry.given = true;
                self.fresh -= 1;
                hit.fresh.push(Arc::clone(&entry.evidence));
            }
        }
    }
}
