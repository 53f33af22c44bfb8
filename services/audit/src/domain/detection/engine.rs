//! The rules at work.

use super::{
    fact::{Evidence, Fact},
    gathering::Gathering,
    known::{Known, Organization},
    rule::{Key, Rule, Subject},
    rulebook::RuleBook,
    tally::value,
    when::When,
};
use chrono::{DateTime, Utc};
use mc_vocabulary::OrganizationId;
use std::{collections::VecDeque, sync::Arc};

/// A rule's threshold was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// Which rule.
    pub rule: String,
    /// In whose log.
    pub organization_id: OrganizationId,
    /// About what.
    pub subject: Subject,
    /// What was measured.
    pub figure: u64,
    /// What would have been too much.
    pub threshold: u64,
    /// Events that were not given before, oldest first.
    pub evidence: Vec<Arc<Evidence>>,
}

/// Whether a care relationship stood behind an access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// In whose log.
    pub organization_id: OrganizationId,
    /// The patient's pseudonym.
    pub patient: String,
    /// Who accessed.
    pub actor_id: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// An event whose judgement waits for stragglers.
#[derive(Debug)]
pub struct Held {
    /// What has to be known.
    pub question: Question,
    ready_at: DateTime<Utc>,
    gathered: Gathered,
}

/// An event that counts for a rule.
#[derive(Debug)]
struct Gathered {
    rule: usize,
    organization_id: OrganizationId,
    key: String,
    evidence: Arc<Evidence>,
    value: u64,
    threshold: u64,
}

/// Rules, and the events that they have gathered.
#[derive(Debug)]
pub struct Engine {
    book: Arc<RuleBook>,
    gatherings: Vec<Gathering>,
    held: VecDeque<Held>,
}

impl Engine {
    /// Without events.
    pub fn new(book: Arc<RuleBook>) -> Self {
        let gatherings = book.rules().iter().map(|rule| Gathering::new(rule, &book)).collect();
        Self {
            book,
            gatherings,
            held: VecDeque::new(),
        }
    }

    /// The rules.
    pub fn book(&self) -> &RuleBook {
        &self.book
    }

    /// The rules, to be shared.
    pub fn shared_book(&self) -> &Arc<RuleBook> {
        &self.book
    }

    /// Takes an event; gives what it triggers.
    pub fn observe(&mut self, fact: &Fact, known: &Known) -> Vec<Trigger> {
        let book = Arc::clone(&self.book);
        let organization = known.of(fact.organization_id);
        let mut evidence = None;
        let mut triggers = Vec::new();
        for (index, rule) in book.rules().iter().enumerate() {
            if !counts(rule, &book, fact, organization) {
                continue;
            }
            let (Some(key), Some(value)) = (rule.key.of(fact), value(rule, &book, fact)) else {
                continue;
            };
            let gathered = Gathered {
                rule: index,
                organization_id: fact.organization_id,
                key,
                evidence: Arc::clone(evidence.get_or_insert_with(|| fact.evidence())),
                value,
                threshold: threshold(rule, fact, organization),
            };
            if rule.when == Some(When::NoCareRelationship) {
                self.hold(fact, gathered);
            } else if let Some(ip) = fact.leaf.record.source_ip.filter(|_| rule.is_speed()) {
                let place = organization.and_then(|organization| organization.networks.find(ip));
                triggers.extend(place.and_then(|place| self.gather(gathered, Some(place))));
            } else if !rule.is_speed() {
                triggers.extend(self.gather(gathered, None));
            }
        }
        triggers
    }

    /// Events whose stragglers have come by `now`: the time of logging, or the present.
    pub fn ready(&mut self, now: DateTime<Utc>) -> Vec<Held> {
        let waiting = self.held.partition_point(|held| held.ready_at <= now);
        self.held.drain(..waiting).collect()
    }

    /// Whether something waits.
    pub fn is_waiting(&self) -> bool {
        !self.held.is_empty()
    }

    /// Judges an event that waited.
    pub fn judge(&mut self, held: Held, related: bool) -> Option<Trigger> {
        (!related).then(|| self.gather(held.gathered, None)).flatten()
    }

    /// Keys that had to be let go before their time, for want of room.
    pub fn let_go(&self) -> u64 {
        self.gatherings.iter().map(Gathering::let_go).sum()
    }

    fn hold(&mut self, fact: &Fact, gathered: Gathered) {
        let Some(patient) = fact.leaf.patient.clone() else {
            return;
        };
        let held = Held {
            question: Question {
                organization_id: fact.organization_id,
                patient,
                actor_id: fact.leaf.record.actor.id.clone(),
                at: fact.at(),
            },
            ready_at: fact.leaf.logged_at + self.book.tolerance(),
            gathered,
        };
        let place = self.held.partition_point(|waiting| waiting.ready_at <= held.ready_at);
        self.held.insert(place, held);
    }

    fn gather(&mut self, gathered: Gathered, place: Option<&super::Network>) -> Option<Trigger> {
        let rule = self.book.rules().get(gathered.rule)?;
        let (value, threshold) = (gathered.value, gathered.threshold);
        let key = (gathered.organization_id, gathered.key);
        let gathering = self.gatherings.get_mut(gathered.rule)?;
        let hit = match place {
            Some(place) => gathering.travel(&key, gathered.evidence, place, rule, threshold),
            None => gathering.count(&key, gathered.evidence, value, rule, threshold),
        }?;
        Some(Trigger {
            rule: rule.id.clone(),
            organization_id: key.0,
            subject: Subject {
                kind: rule.key.as_str(),
                id: key.1,
            },
            figure: hit.figure,
            threshold,
            evidence: hit.fresh,
        })
    }
}

/// Whether the event passes and the condition holds.
pub(super) fn counts(rule: &Rule, book: &RuleBook, fact: &Fact, organization: Option<&Organization>) -> bool {
    rule.watch.passes(fact) && rule.when.is_none_or(|when| when.holds(fact, book, organization))
}

/// The threshold for the actor: of several roles the most generous, for each may be the one they act in.
fn threshold(rule: &Rule, fact: &Fact, organization: Option<&Organization>) -> u64 {
    if rule.key != Key::Actor {
        return rule.threshold;
    }
    let learned = |role: &str| organization?.thresholds.of(&rule.id, role);
    let roles = &fact.leaf.record.actor.roles;
    let by_role = roles.iter().map(|role| rule.threshold_of(role, learned(role)));
    by_role.max().unwrap_or(rule.threshold)
}
