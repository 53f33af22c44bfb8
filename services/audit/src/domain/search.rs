//! A search of the log.

use crate::domain::Logged;
use chrono::{DateTime, Utc};
use std::net::IpAddr;

/// Filters: an event must match every given field, and one of the values of a field.
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
    /// The service that recorded it.
    pub source: Vec<String>,
    /// W3C trace id.
    pub trace_id: Vec<String>,
    /// Only events under emergency access, or only others.
    pub emergency: Option<bool>,
    /// The caller's address.
    pub source_ip: Option<IpAddr>,
    /// Happened at or after.
    pub since: Option<DateTime<Utc>>,
    /// Happened before.
    pub until: Option<DateTime<Utc>>,
    /// Logged at or after.
    pub logged_since: Option<DateTime<Utc>>,
    /// Logged before.
    pub logged_until: Option<DateTime<Utc>>,
    /// Only events about a patient, or only others.
    pub has_patient: Option<bool>,
    /// Range of places in the log: start inclusive, end exclusive.
    pub indexes: Option<(i64, i64)>,
}

/// The elements by which the log can be sorted (45 CFR 170.315(d)(3) with ASTM E2147); the time
/// breaks ties.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// Place in the log.
    Index,
    /// When it happened.
    #[default]
    Time,
    /// About whom.
    Patient,
    /// By actor.
    User,
    /// By action.
    Action,
    /// The entity.
    Entity,
}

/// The key of the last event of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// Value of the element sorted by; empty for time and place.
    pub text: String,
    /// When the last event happened.
    pub occurred_at: DateTime<Utc>,
    /// Its place in the log.
    pub index: i64,
}

/// A search for one page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Search {
    /// By action.
    pub filters: Filters,
    /// The order.
    pub order: Order,
    /// Whether descending.
    pub descending: bool,
    /// Only events after this key.
    pub after: Option<Key>,
    /// Maximum number of events.
    pub limit: i64,
}

impl Order {
    /// The key of a page that ends with `logged`.
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
