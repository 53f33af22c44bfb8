//! What a reader looks for, in which order, from where on.

use crate::domain::Logged;
use chrono::{DateTime, Utc};
use std::net::IpAddr;

/// What is looked for: every field that is given must match; of several values of a field, one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filters {
    /// `<service>.<thing>.<verb>`.
    pub action: Vec<String>,
    /// C, R, U, D, E.
    pub interaction: Vec<String>,
    /// `success`, `denied`, `failure`.
    pub outcome: Vec<String>,
    /// `user`, `client`, `system`, `anonymous`.
    pub actor_kind: Vec<String>,
    /// User or client id, or a worker's name.
    pub actor_id: Vec<String>,
    /// Pseudonym.
    pub patient: Vec<String>,
    /// Such as `Encounter`.
    pub entity_kind: Vec<String>,
    /// Its id.
    pub entity_id: Vec<String>,
    /// v3-ActReason.
    pub purpose: Vec<String>,
    /// The service that told it.
    pub source: Vec<String>,
    /// W3C trace id.
    pub trace_id: Vec<String>,
    /// Only broken glass, or only not.
    pub emergency: Option<bool>,
    /// Where from.
    pub source_ip: Option<IpAddr>,
    /// Happened at or after.
    pub since: Option<DateTime<Utc>>,
    /// Happened before.
    pub until: Option<DateTime<Utc>>,
    /// Entered the log at or after.
    pub logged_since: Option<DateTime<Utc>>,
    /// Entered the log before.
    pub logged_until: Option<DateTime<Utc>>,
    /// Only what is about a patient, or only what is not.
    pub has_patient: Option<bool>,
    /// Places in the log: from, to before.
    pub indexes: Option<(i64, i64)>,
}

/// The elements by which the log can be sorted (45 CFR 170.315(d)(3) with ASTM E2147); the time breaks ties.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// Place in the log.
    Index,
    /// When it happened.
    #[default]
    Time,
    /// About whom.
    Patient,
    /// By whom.
    User,
    /// What.
    Action,
    /// To what.
    Entity,
}

/// Where a page ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// Value of the element sorted by; empty for time and place.
    pub text: String,
    /// When the last event happened.
    pub occurred_at: DateTime<Utc>,
    /// Its place.
    pub index: i64,
}

/// One page's question.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Search {
    /// What.
    pub filters: Filters,
    /// Sorted by.
    pub order: Order,
    /// Greatest first.
    pub descending: bool,
    /// Only what comes after here in that order.
    pub after: Option<Key>,
    /// At most so many.
    pub limit: i64,
}

impl Order {
    /// Where a page that ends with `logged` ended.
    pub fn key(self, logged: &Logged) -> Key {
        let leaf = &logged.leaf;
        let text = match self {
            Self::Index | Self::Time => "",
            Self::Patient => leaf.patient.as_deref().unwrap_or_default(),
            Self::User => &leaf.record.actor.id,
            Self::Action => &leaf.record.action,
            Self::Entity => leaf.entity().1,
        };
        Key {
            text: text.to_owned(),
            occurred_at: leaf.record.occurred_at,
            index: logged.index,
        }
    }
}
