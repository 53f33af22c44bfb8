//! A logged event, as the rules look at it.

use crate::domain::{Leaf, catalogue};
use chrono::{DateTime, Utc};
use mc_vocabulary::{EventId, OrganizationId};
use std::sync::Arc;

/// A logged event.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Its place in the organisation's log.
    pub log_index: i64,
    /// Whose log it stands in; all zeros is the platform's own.
    pub organization_id: OrganizationId,
    /// What it says.
    pub leaf: Leaf,
    /// Its line in the catalogue of actions.
    pub entry: Option<&'static catalogue::Entry>,
}

/// What a case keeps of an event: ids and facts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// The event.
    pub event_id: EventId,
    /// Its place in the log.
    pub log_index: i64,
    /// What was done.
    pub action: String,
    /// By whom.
    pub actor_id: String,
    /// About whom, masked.
    pub patient: Option<String>,
}

impl Fact {
    /// The event at `log_index` of its tree.
    pub fn new(log_index: i64, leaf: Leaf) -> Self {
        Self {
            log_index,
            organization_id: leaf.tree().into(),
            entry: catalogue::entry_of(&leaf.record.action),
            leaf,
        }
    }

    /// When it happened. Nothing happens after it was logged: a clock that is ahead must not carry a key's window into the future,
    /// where the true events would all come too late.
    pub fn at(&self) -> DateTime<Utc> {
        self.leaf.record.occurred_at.min(self.leaf.logged_at)
    }

    /// What a case keeps of it.
    pub fn evidence(&self) -> Arc<Evidence> {
        Arc::new(Evidence {
            at: self.at(),
            event_id: self.leaf.event_id,
            log_index: self.log_index,
            action: self.leaf.record.action.clone(),
            actor_id: self.leaf.record.actor.id.clone(),
            patient: self.leaf.patient.clone(),
        })
    }

    /// A fact of the record as text.
    pub fn detail(&self, name: &str) -> Option<&str> {
        self.leaf.record.details.get(name)?.as_str()
    }

    /// The largest of the record's figures of these names.
    pub fn figure(&self, names: &[String]) -> u64 {
        let details = &self.leaf.record.details;
        let figures = names.iter().filter_map(|name| details.get(name)?.as_u64());
        figures.max().unwrap_or(0)
    }
}
