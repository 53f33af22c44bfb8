//! Evaluates the rules over the stream.

use crate::{
    aggregator::Aggregator,
    condition::Condition,
    event::{Event, Evidence},
    networks::Network,
    roster::{Organization, Roster},
    rule::{Key, Rule, Subject},
    rulebook::RuleBook,
    tally::value,
};
use chrono::{DateTime, Utc};
use mc_vocabulary::OrganizationId;
use std::{collections::VecDeque, sync::Arc};

/// A rule's threshold was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// Id of the rule.
    pub rule: String,
    /// The organization whose events triggered it.
    pub organization_id: OrganizationId,
    /// The value of the rule's key: an actor, an address, …
    pub subject: Subject,
    /// The measured figure.
    pub figure: u64,
    /// The threshold that it reached.
    pub threshold: u64,
    /// Events that were not returned before, oldest first.
    pub evidence: Vec<Arc<Evidence>>,
}

/// An access to a chart, for which a care relationship has to be looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartAccess {
    /// The organization it happened in.
    pub organization_id: OrganizationId,
    /// Pseudonym of the patient.
    pub patient: String,
    /// Who accessed.
    pub actor_id: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// An access that is decided when late events have arrived.
#[derive(Debug)]
pub struct PendingAccess {
    /// What has to be looked up.
    pub access: ChartAccess,
    ready_at: DateTime<Utc>,
    candidate: Candidate,
}

/// An event that counts for a rule.
#[derive(Debug)]
struct Candidate {
    rule: usize,
    organization_id: OrganizationId,
    key: String,
    evidence: Arc<Evidence>,
    value: u64,
    threshold: u64,
}

/// The rules, and the events that are in their windows.
#[derive(Debug)]
pub struct Engine {
    book: Arc<RuleBook>,
    aggregators: Vec<Aggregator>,
    pending: VecDeque<PendingAccess>,
}

impl Engine {
    /// An engine that has seen no event.
    pub fn new(book: Arc<RuleBook>) -> Self {
        let aggregators = book.rules().iter().map(|rule| Aggregator::new(rule, &book)).collect();
        Self {
            book,
            aggregators,
            pending: VecDeque::new(),
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

    /// Takes an event and returns what it triggers.
    pub fn observe(&mut self, event: &Event, roster: &Roster) -> Vec<Trigger> {
        let book = Arc::clone(&self.book);
        let organization = roster.of(event.organization_id);
        let mut evidence = None;
        let mut triggers = Vec::new();
        for (index, rule) in book.rules().iter().enumerate() {
            if !counts(rule, &book, event, organization) {
                continue;
            }
            let (Some(key), Some(value)) = (rule.key.of(event), value(rule, &book, event)) else {
                continue;
            };
            let candidate = Candidate {
                rule: index,
                organization_id: event.organization_id,
                key,
                evidence: Arc::clone(evidence.get_or_insert_with(|| event.evidence())),
                value,
                threshold: threshold(rule, event, organization),
            };
            if rule.when == Some(Condition::NoCareRelationship) {
                self.defer(event, candidate);
            } else if let Some(ip) = event.source_ip.filter(|_| rule.is_speed()) {
                let place = organization.and_then(|organization| organization.networks.find(ip));
                triggers.extend(place.and_then(|place| self.aggregate(candidate, Some(place))));
            } else if !rule.is_speed() {
                triggers.extend(self.aggregate(candidate, None));
            }
        }
        triggers
    }

    /// Accesses that can be decided at `now`, because late events have arrived by then. `now` is
    /// the time of logging, or the present.
    pub fn ready(&mut self, now: DateTime<Utc>) -> Vec<PendingAccess> {
        let ready = self.pending.partition_point(|pending| pending.ready_at <= now);
        self.pending.drain(..ready).collect()
    }

    /// Whether an access waits to be decided.
    pub fn is_waiting(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Decides an access that waited: it counts where no care relationship was found.
    pub fn resolve(&mut self, pending: PendingAccess, related: bool) -> Option<Trigger> {
        (!related).then(|| self.aggregate(pending.candidate, None)).flatten()
    }

    /// Keys that were evicted before their window ended, because memory is bounded.
    pub fn evicted(&self) -> u64 {
        self.aggregators.iter().map(Aggregator::evicted).sum()
    }

    fn defer(&mut self, event: &Event, candidate: Candidate) {
        let Some(patient) = event.patient.clone() else {
            return;
        };
        let pending = PendingAccess {
            access: ChartAccess {
                organization_id: event.organization_id,
                patient,
                actor_id: event.actor.id.clone(),
                at: event.at(),
            },
            ready_at: event.logged_at + self.book.tolerance(),
            candidate,
        };
        let place = self
            .pending
            .partition_point(|waiting| waiting.ready_at <= pending.ready_at);
        self.pending.insert(place, pending);
    }

    fn aggregate(&mut self, candidate: Candidate, place: Option<&Network>) -> Option<Trigger> {
        let rule = self.book.rules().get(candidate.rule)?;
        let (value, threshold) = (candidate.value, candidate.threshold);
        let key = (candidate.organization_id, candidate.key);
        let aggregator = self.aggregators.get_mut(candidate.rule)?;
        let hit = match place {
            Some(place) => aggregator.travel(&key, candidate.evidence, place, rule, threshold),
            None => aggregator.count(&key, candidate.evidence, value, rule, threshold),
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

/// Whether the event passes the rule's filter and its condition holds.
pub(crate) fn counts(rule: &Rule, book: &RuleBook, event: &Event, organization: Option<&Organization>) -> bool {
    rule.watch.passes(event) && rule.when.is_none_or(|when| when.holds(event, book, organization))
}

/// The threshold for the actor: of several roles the highest, because each may be the one they act
/// in.
fn threshold(rule: &Rule, event: &Event, organization: Option<&Organization>) -> u64 {
    if rule.key != Key::Actor {
        return rule.threshold;
    }
    let learned = |role: &str| organization?.thresholds.of(&rule.id, role);
    let by_role = event
        .actor
        .roles
        .iter()
        .map(|role| rule.threshold_of(role, learned(role)));
    by_role.max().unwrap_or(rule.threshold)
}
