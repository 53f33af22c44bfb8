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

/// The events of one key.
#[derive(Debug)]
pub(super) struct Window {
    entries: VecDeque<Entry>,
    measure: Measure,
    /// Of the window that ends at the newest event; it begins at `start`.
    newest: Tally,
    start: usize,
}

impl Window {
    /// Without events.
    pub fn new(measure: Measure) -> Self {
        Self {
            entries: VecDeque::new(),
            newest: Tally::new(measure),
            measure,
            start: 0,
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
        let newest_at = self.newest_at().unwrap_or(evidence.at).max(evidence.at);
        if evidence.at <= newest_at - reach.width - reach.late {
            return self.judge_alone(evidence, value, threshold);
        }
        let place = self.entries.partition_point(|entry| entry.evidence < evidence);
        if self.entries.get(place).is_some_and(|entry| entry.evidence == evidence) {
            return None; // the same event once more
        }
        let at = evidence.at;
        let last = place == self.entries.len();
        let entry = Entry {
            evidence,
            value,
            given: false,
        };
        self.entries.insert(place, entry);
        if at > newest_at - reach.width {
            self.newest.add(value);
        } else {
            self.start += 1;
        }
        self.slide(newest_at, reach);
        if last || self.entries.back().is_some_and(|newest| newest.at() == at) {
            (self.newest.figure() >= threshold).then(|| {
                let figure = self.newest.figure();
                self.give(
                    self.start,
                    self.entries.len(),
                    Hit {
                        figure,
                        fresh: Vec::new(),
                    },
                )
            })
        } else {
            self.sweep(at, reach.width, threshold)
        }
        .filter(|hit| !hit.fresh.is_empty())
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
    fn slide(&mut self, newest_at: DateTime<Utc>, reach: Reach) {
        while let Some(entry) = self
            .entries
            .get(self.start)
            .filter(|e| e.at() <= newest_at - reach.width)
        {
            self.newest.take(entry.value);
            self.start += 1;
        }
        let kept_from = newest_at - reach.width - reach.late;
        while self.entries.len() > reach.entries_max || self.entries.front().is_some_and(|e| e.at() <= kept_from) {
            let Some(gone) = self.entries.pop_front() else { return };
            if self.start == 0 {
                self.newest.take(gone.value);
            } else {
                self.start -= 1;
            }
        }
    }

    /// Looks at every window that holds `at` and ends at an event from then on.
    fn sweep(&mut self, at: DateTime<Utc>, width: Duration, threshold: u64) -> Option<Hit> {
        let mut hit: Option<Hit> = None;
        let mut tally = Tally::new(self.measure);
        let (mut from, mut to) = (self.entries.partition_point(|entry| entry.at() <= at - width), 0);
        to = to.max(from);
        loop {
            // The window ends at the next moment at which something happened.
            let Some(end) = self.entries.get(to).map(Entry::at).filter(|end| *end < at + width) else {
                return hit;
            };
            while let Some(entry) = self.entries.get(to).filter(|entry| entry.at() <= end) {
                tally.add(entry.value);
                to += 1;
            }
            while let Some(entry) = self.entries.get(from).filter(|entry| entry.at() <= end - width) {
                tally.take(entry.value);
                from += 1;
            }
            if end >= at && tally.figure() >= threshold {
                let mut found = hit.take().unwrap_or_default();
                found.figure = found.figure.max(tally.figure());
                hit = Some(self.give(from, to, found));
            }
        }
    }

    /// Adds the events of `from..to` that were not given before.
    fn give(&mut self, from: usize, to: usize, mut hit: Hit) -> Hit {
        for entry in self.entries.range_mut(from..to).filter(|entry| !entry.given) {
            entry.given = true;
            hit.fresh.push(Arc::clone(&entry.evidence));
        }
        hit
    }
}
