//! What one rule has gathered, by organisation and key, in bounded memory.

use super::{
    fact::Evidence,
    networks::Network,
    rule::Rule,
    rulebook::RuleBook,
    travel::Travel,
    window::{Hit, Reach, Window},
};
use chrono::{DateTime, Utc};
use mc_vocabulary::OrganizationId;
use std::{collections::HashMap, sync::Arc};

/// Events of one rule; where there are more, the keys go of which nothing was heard for longest.
const ENTRIES_MAX: usize = 200_000;
/// Events of one key.
const ENTRIES_OF_KEY: std::ops::RangeInclusive<usize> = 8_192..=70_000;
/// So many events between two looks for keys of which nothing is left.
const SWEEP_EVERY: usize = 8_192;

type KeyOf = (OrganizationId, String);

#[derive(Debug)]
enum Pile {
    Window(Window),
    Travel(Travel),
}

impl Pile {
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

/// What one rule has gathered.
#[derive(Debug)]
pub(super) struct Gathering {
    piles: HashMap<KeyOf, Pile>,
    reach: Reach,
    entries_max: usize,
    entries: usize,
    since_sweep: usize,
    newest_at: Option<DateTime<Utc>>,
    let_go: u64,
}

impl Gathering {
    /// Nothing yet.
    pub fn new(rule: &Rule, book: &RuleBook) -> Self {
        let twice = usize::try_from(rule.highest().saturating_mul(2)).unwrap_or(usize::MAX);
        Self {
            piles: HashMap::new(),
            reach: Reach {
                width: rule.window(),
                late: book.lateness(),
                entries_max: twice.clamp(*ENTRIES_OF_KEY.start(), *ENTRIES_OF_KEY.end()),
            },
            entries_max: ENTRIES_MAX,
            entries: 0,
            since_sweep: 0,
            newest_at: None,
            let_go: 0,
        }
    }

    /// Keys let go before their time.
    pub fn let_go(&self) -> u64 {
        self.let_go
    }

    /// Counts an event in its key's window.
    pub fn count(
        &mut self,
        key: &KeyOf,
        evidence: Arc<Evidence>,
        value: u64,
        rule: &Rule,
        threshold: u64,
    ) -> Option<Hit> {
        let reach = self.reach;
        let measure = rule.measure;
        self.with(
            key,
            evidence.at,
            || Pile::Window(Window::new(measure)),
            |pile| match pile {
                Pile::Window(window) => window.insert(evidence, value, reach, threshold),
                Pile::Travel(_) => None,
            },
        )
    }

    /// Compares an event's place with those where its key was.
    pub fn travel(
        &mut self,
        key: &KeyOf,
        evidence: Arc<Evidence>,
        place: &Network,
        rule: &Rule,
        threshold: u64,
    ) -> Option<Hit> {
        let late = self.reach.late;
        self.with(
            key,
            evidence.at,
            || Pile::Travel(Travel::default()),
            |pile| match pile {
                Pile::Travel(travel) => travel.insert(evidence, place, rule, late, threshold),
                Pile::Window(_) => None,
            },
        )
    }

    fn with(
        &mut self,
        key: &KeyOf,
        at: DateTime<Utc>,
        empty: impl FnOnce() -> Pile,
        act: impl FnOnce(&mut Pile) -> Option<Hit>,
    ) -> Option<Hit> {
        self.newest_at = self.newest_at.max(Some(at));
        // The key is copied only where it is new.
        if !self.piles.contains_key(key) {
            self.piles.insert(key.clone(), empty());
        }
        let pile = self.piles.get_mut(key)?;
        let before = pile.len();
        let hit = act(pile);
        self.entries = (self.entries + pile.len()).saturating_sub(before);
        self.since_sweep += 1;
        if self.since_sweep >= SWEEP_EVERY || self.entries > self.entries_max {
            self.sweep();
        }
        hit
    }

    /// Forgets keys of which nothing is in reach any more; where that is not enough, half of the rest.
    fn sweep(&mut self) {
        self.since_sweep = 0;
        let reach = self.reach.width + self.reach.late;
        let kept_from = self.newest_at.map(|newest| newest - reach);
        self.piles.retain(|_, pile| pile.newest_at() > kept_from);
        self.entries = self.piles.values().map(Pile::len).sum();
        if self.entries <= self.entries_max {
            return;
        }
        let mut ages: Vec<_> = self.piles.values().map(|pile| (pile.newest_at(), pile.len())).collect();
        ages.sort_unstable();
        let mut left = self.entries;
        let keep = ages.into_iter().find(|(_, len)| {
            left -= len;
            left <= self.entries_max / 2
        });
        let before = self.piles.len();
        self.piles
            .retain(|_, pile| keep.is_some_and(|(newest, _)| pile.newest_at() > newest));
        self.let_go += (before - self.piles.len()) as u64;
        self.entries = self.piles.values().map(Pile::len).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;
    use mc_vocabulary::EventId;

    #[test]
    fn however_many_keys_there_are_the_memory_is_bounded_and_the_newest_stay() {
        let book = RuleBook::shipped().unwrap();
        let rule = book.rule("refused_calls").unwrap();
        let mut gathering = Gathering::new(rule, &book);
        gathering.entries_max = 1_000;
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
            gathering.count(&(organization, format!("key-{n}")), evidence(n), 1, rule, 20);
            if n % 200 == 0 {
                // A key that is heard of again and again keeps its window.
                let hit = gathering.count(&(organization, "steady".to_owned()), evidence(n), 1, rule, 20);
                fired += usize::from(hit.is_some());
            }
            assert!(gathering.entries <= 1_000);
        }
        assert!(gathering.let_go() > 0 && fired > 0, "{} {fired}", gathering.let_go());
    }
}
