//! The windows of one rule, by organization and key, in bounded memory.

use crate::{
    event::Evidence,
    networks::Network,
    rule::Rule,
    rulebook::RuleBook,
    travel::Travel,
    window::{Hit, Limits, Window},
};
use chrono::{DateTime, Utc};
use mc_vocabulary::OrganizationId;
use std::{collections::HashMap, sync::Arc};

/// Events of one rule. Above it, the keys with the oldest newest event are evicted.
const MAX_ENTRIES: usize = 200_000;
/// Events of one key.
const ENTRIES_OF_KEY: std::ops::RangeInclusive<usize> = 8_192..=70_000;
/// Events between two sweeps for keys whose window has ended.
const SWEEP_EVERY: usize = 8_192;

type KeyOf = (OrganizationId, String);

/// The events of one key.
#[derive(Debug)]
enum Bucket {
    Window(Window),
    Travel(Travel),
}

impl Bucket {
    fn len(&self) -> usize {
        match self {
            Self::Window(window) => window.len(),
            Self::Travel(travel) => travel.len(),
        }
    }

    fn newest_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Window(window) => window.newest_at(),
            Self::Travel(travel) => travel.newest_at(),
        }
    }
}

/// The windows of one rule.
#[derive(Debug)]
pub(crate) struct Aggregator {
    buckets: HashMap<KeyOf, Bucket>,
    limits: Limits,
    max_entries: usize,
    entries: usize,
    since_sweep: usize,
    newest_at: Option<DateTime<Utc>>,
    evicted: u64,
}

impl Aggregator {
    /// Without events.
    pub fn new(rule: &Rule, book: &RuleBook) -> Self {
        let twice = usize::try_from(rule.highest().saturating_mul(2)).unwrap_or(usize::MAX);
        Self {
            buckets: HashMap::new(),
            limits: Limits {
                width: rule.window(),
                late: book.lateness(),
                max_entries: twice.clamp(*ENTRIES_OF_KEY.start(), *ENTRIES_OF_KEY.end()),
            },
            max_entries: MAX_ENTRIES,
            entries: 0,
            since_sweep: 0,
            newest_at: None,
            evicted: 0,
        }
    }

    /// Keys that were evicted before their window ended.
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    /// Adds an event to its key's window.
    pub fn count(
        &mut self,
        key: &KeyOf,
        evidence: Arc<Evidence>,
        value: u64,
        rule: &Rule,
        threshold: u64,
    ) -> Option<Hit> {
        let limits = self.limits;
        let measure = rule.measure;
        self.with_bucket(
            key,
            evidence.at,
            || Bucket::Window(Window::new(measure)),
            |bucket| match bucket {
                Bucket::Window(window) => window.insert(evidence, value, limits, threshold),
                Bucket::Travel(_) => None,
            },
        )
    }

    /// Compares an event's place with the earlier and later places of its key.
    pub fn travel(
        &mut self,
        key: &KeyOf,
        evidence: Arc<Evidence>,
        place: &Network,
        rule: &Rule,
        threshold: u64,
    ) -> Option<Hit> {
        let late = self.limits.late;
        self.with_bucket(
            key,
            evidence.at,
            || Bucket::Travel(Travel::default()),
            |bucket| match bucket {
                Bucket::Travel(travel) => travel.insert(evidence, place, rule, late, threshold),
                Bucket::Window(_) => None,
            },
        )
    }

    fn with_bucket(
        &mut self,
        key: &KeyOf,
        at: DateTime<Utc>,
        empty: impl FnOnce() -> Bucket,
        act: impl FnOnce(&mut Bucket) -> Option<Hit>,
    ) -> Option<Hit> {
        self.newest_at = self.newest_at.max(Some(at));
        // The key is cloned only where it is new.
        if !self.buckets.contains_key(key) {
            self.buckets.insert(key.clone(), empty());
        }
        let bucket = self.buckets.get_mut(key)?;
        let before = bucket.len();
        let hit = act(bucket);
        self.entries = (self.entries + bucket.len()).saturating_sub(before);
        self.since_sweep += 1;
        if self.since_sweep >= SWEEP_EVERY || self.entries > self.max_entries {
            self.sweep();
        }
        hit
    }

    /// Removes keys whose window has ended; where that is not enough, evicts until half of the
    /// bound is free.
    fn sweep(&mut self) {
        self.since_sweep = 0;
        let retained = self.limits.width + self.limits.late;
        let oldest = self.newest_at.map(|newest| newest - retained);
        self.buckets.retain(|_, bucket| bucket.newest_at() > oldest);
        self.entries = self.buckets.values().map(Bucket::len).sum();
        if self.entries <= self.max_entries {
            return;
        }
        let mut ages: Vec<_> = self
            .buckets
            .values()
            .map(|bucket| (bucket.newest_at(), bucket.len()))
            .collect();
        ages.sort_unstable();
        let mut left = self.entries;
        let last_evicted = ages.into_iter().find(|(_, len)| {
            left -= len;
            left <= self.max_entries / 2
        });
        let before = self.buckets.len();
        self.buckets
            .retain(|_, bucket| last_evicted.is_some_and(|(newest, _)| bucket.newest_at() > newest));
        self.evicted += (before - self.buckets.len()) as u64;
        self.entries = self.buckets.values().map(Bucket::len).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::book;
    use chrono::Duration;
    use mc_vocabulary::EventId;

    #[test]
    fn however_many_keys_there_are_the_memory_is_bounded_and_the_newest_stay() {
        let book = book();
        let rule = book.rule("refused_calls").unwrap();
        let mut aggregator = Aggregator::new(rule, &book);
        aggregator.max_entries = 1_000;
        let organization = OrganizationId::from(uuid::Uuid::nil());
        let mut fired = 0;
        for n in 0..10_000_i64 {
            let evidence = |at: i64| {
                Arc::new(Evidence {
                    at: DateTime::UNIX_EPOCH + Duration::milliseconds(at),
                    event_id: EventId::new(),
                    log_index: n,
                    action: String::new(),
                    actor_id: String::new(),
                    patient: None,
                })
            };
            aggregator.count(&(organization, format!("key-{n}")), evidence(n), 1, rule, 20);
            if n % 200 == 0 {
                // A key with regular events keeps its window.
                let hit = aggregator.count(&(organization, "steady".to_owned()), evidence(n), 1, rule, 20);
                fired += usize::from(hit.is_some());
            }
            assert!(aggregator.entries <= 1_000);
        }
        assert!(
            aggregator.evicted() > 0 && fired > 0,
            "{} {fired}",
            aggregator.evicted()
        );
    }
}
