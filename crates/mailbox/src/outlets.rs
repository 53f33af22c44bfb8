//! Which types of event have a queue. The order in which events were told holds only if none goes past one that no queue takes yet, so the
//! first event of a type goes alone, and while it is refused the rest of its type waits behind it.

use mc_contracts::Envelope;
use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, Copy)]
struct Closed {
    until: Instant,
    wait: Duration,
}

/// What one relay has learned since it connected.
#[derive(Debug, Default)]
pub(crate) struct Outlets {
    open: HashSet<String>,
    closed: HashMap<String, Closed>,
}

impl Outlets {
    /// Types to leave where they are.
    pub(crate) fn closed(&self, now: Instant) -> Vec<String> {
        let waiting = self.closed.iter().filter(|(_, closed)| closed.until > now);
        waiting.map(|(name, _)| name.clone()).collect()
    }

    /// How many of these may be published together: up to the first of a type of which nothing is known, that one included.
    pub(crate) fn together(&self, envelopes: &[Envelope]) -> usize {
        envelopes
            .iter()
            .position(|envelope| !self.open.contains(&envelope.event_type))
            .map_or(envelopes.len(), |first| first + 1)
    }

    /// A queue has an event of this type.
    pub(crate) fn taken(&mut self, event_type: &str) {
        self.closed.remove(event_type);
        if !self.open.contains(event_type) {
            self.open.insert(event_type.to_owned());
        }
    }

    /// No queue wanted an event of this type: the next try is twice as far away as the last, at most half a minute.
    pub(crate) fn refused(&mut self, event_type: &str, now: Instant) {
        self.open.remove(event_type);
        let wait = self
            .closed
            .get(event_type)
            .map_or(FIRST_WAIT, |closed| (closed.wait * 2).min(LONGEST_WAIT));
        let until = now + wait;
        self.closed.insert(event_type.to_owned(), Closed { until, wait });
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
    fn the_first_of_a_type_goes_alone_and_the_rest_together() {
        let mut outlets = Outlets::default();
        assert_eq!(outlets.together(&of(&["a", "a", "a"])), 1);
        outlets.taken("a");
        assert_eq!(outlets.together(&of(&["a", "a", "b", "a"])), 3);
        outlets.taken("b");
        assert_eq!(outlets.together(&of(&["a", "a", "b", "a"])), 4);
        assert_eq!(outlets.together(&[]), 0);
    }

    #[test]
    fn a_refused_type_waits_longer_each_time_and_is_asked_for_alone_again() {
        let (mut outlets, now) = (Outlets::default(), Instant::now());
        outlets.taken("a");
        outlets.refused("a", now);
        assert_eq!(outlets.closed(now), ["a"]);
        assert!(outlets.closed(now + FIRST_WAIT).is_empty());
        assert_eq!(outlets.together(&of(&["a", "a"])), 1);
        outlets.refused("a", now);
        assert_eq!(outlets.closed(now + FIRST_WAIT), ["a"]);
        for _ in 0..20 {
            outlets.refused("a", now);
        }
        assert!(outlets.closed(now + LONGEST_WAIT).is_empty());
        outlets.taken("a");
        assert!(outlets.closed(now).is_empty());
    }
}
