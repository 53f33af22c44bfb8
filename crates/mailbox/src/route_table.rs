//! Which types of event are routed to a queue. To keep the order of events, the first event of an
//! unknown type is published alone, and while no queue takes it the rest of its type waits.

use mc_contracts::Envelope;
use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

const FIRST_DELAY: Duration = Duration::from_millis(200);
const MAX_DELAY: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, Copy)]
struct Unrouted {
    until: Instant,
    delay: Duration,
}

/// What one relay has learned since it connected.
#[derive(Debug, Default)]
pub(crate) struct RouteTable {
    routed: HashSet<String>,
    unrouted: HashMap<String, Unrouted>,
}

impl RouteTable {
    /// Types that are not published before their delay ends.
    pub(crate) fn waiting(&self, now: Instant) -> Vec<String> {
        let waiting = self.unrouted.iter().filter(|(_, unrouted)| unrouted.until > now);
        waiting.map(|(name, _)| name.clone()).collect()
    }

    /// Time until a type is due that waits.
    pub(crate) fn next_attempt(&self, now: Instant) -> Option<Duration> {
        let due = self.unrouted.values().map(|unrouted| unrouted.until).min()?;
        Some(due.saturating_duration_since(now).max(Duration::from_millis(10)))
    }

    /// How many events of a type are worth reading for a batch of `limit`: of an unknown type only
    /// the first is published, however many wait behind it.
    pub(crate) fn readable(&self, event_type: &str, limit: i64) -> i64 {
        if self.routed.contains(event_type) { limit } else { 1 }
    }

    /// The count of events that may be published together: up to and including the first of an
    /// unknown type.
    pub(crate) fn batch_size(&self, envelopes: &[Envelope]) -> usize {
        envelopes
            .iter()
            .position(|envelope| !self.routed.contains(&envelope.event_type))
            .map_or(envelopes.len(), |first| first + 1)
    }

    /// A queue took an event of this type.
    pub(crate) fn taken(&mut self, event_type: &str) {
        self.unrouted.remove(event_type);
        if !self.routed.contains(event_type) {
            self.routed.insert(event_type.to_owned());
        }
    }

    /// Whether the last event of this type was not taken.
    pub(crate) fn is_refused(&self, event_type: &str) -> bool {
        self.unrouted.contains_key(event_type)
    }

    /// An event of this type was not taken. The delay before the next attempt doubles: 0.2, 0.4 …
    /// 30 s. False if the type is waiting already, as for a second event of the same batch.
    pub(crate) fn refused(&mut self, event_type: &str, now: Instant) -> bool {
        self.routed.remove(event_type);
        if self
            .unrouted
            .get(event_type)
            .is_some_and(|unrouted| unrouted.until > now)
        {
            return false;
        }
        let delay = self
            .unrouted
            .get(event_type)
            .map_or(FIRST_DELAY, |unrouted| (unrouted.delay * 2).min(MAX_DELAY));
        let until = now + delay;
        self.unrouted.insert(event_type.to_owned(), Unrouted { until, delay });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mc_vocabulary::EventId;

    fn of(types: &[&str]) -> Vec<Envelope> {
        let envelope = |name: &&str| Envelope {
            id: EventId::new(),
            event_type: (*name).to_owned(),
            source: "world".to_owned(),
            time: chrono::DateTime::UNIX_EPOCH,
            subject: None,
            organization_id: None,
            trace: HashMap::new(),
            data: serde_json::Value::Null,
        };
        types.iter().map(envelope).collect()
    }

    #[test]
    fn the_first_of_a_type_is_published_alone_and_the_rest_together() {
        let mut routes = RouteTable::default();
        assert_eq!(routes.batch_size(&of(&["a", "a", "a"])), 1);
        routes.taken("a");
        assert_eq!(routes.batch_size(&of(&["a", "a", "b", "a"])), 3);
        routes.taken("b");
        assert_eq!(routes.batch_size(&of(&["a", "a", "b", "a"])), 4);
        assert_eq!(routes.batch_size(&[]), 0);
        assert_eq!((routes.readable("a", 200), routes.readable("c", 200)), (200, 1));
    }

    #[test]
    fn an_unrouted_type_waits_longer_each_time_and_is_published_alone_again() {
        let (mut routes, now) = (RouteTable::default(), Instant::now());
        routes.taken("a");
        routes.refused("a", now);
        assert_eq!(routes.waiting(now), ["a"]);
        assert!(routes.waiting(now + FIRST_DELAY).is_empty());
        assert_eq!(routes.batch_size(&of(&["a", "a"])), 1);
        assert!(!routes.refused("a", now), "it waits already");
        let later = now + FIRST_DELAY;
        assert!(routes.refused("a", later));
        assert_eq!(routes.waiting(later + FIRST_DELAY), ["a"]);
        assert!(routes.waiting(later + FIRST_DELAY * 2).is_empty());
        let mut last = later;
        for _ in 0..20 {
            last += MAX_DELAY;
            routes.refused("a", last);
        }
        assert!(routes.waiting(last + MAX_DELAY).is_empty());
        routes.taken("a");
        assert!(routes.waiting(now).is_empty());
    }
}
