//! Events on their way into the log, in it, and as a database that nobody trusts tells them.

use crate::domain::Leaf;
use chrono::{DateTime, Utc};
use mc_contracts::{ActorKind, Interaction, Outcome};
use mc_transparency::Hash;
use uuid::Uuid;

/// The tree of what belongs to no organisation: a sign-in of nobody known.
pub const PLATFORM: Uuid = Uuid::nil();

/// An event that is about to be appended.
pub struct Prepared {
    /// The tree it belongs to.
    pub tree: Uuid,
    /// Its place there.
    pub index: i64,
    /// What it says.
    pub leaf: Leaf,
    /// The bytes that are hashed.
    pub bytes: Vec<u8>,
    /// Their hash.
    pub leaf_hash: Hash,
    /// The patient's id, sealed.
    pub patient_sealed: Option<Vec<u8>>,
}

/// An event of the log.
#[derive(Debug, Clone)]
pub struct Logged {
    /// The tree: the organisation, or [`PLATFORM`].
    pub tree: Uuid,
    /// Its place there.
    pub index: i64,
    /// Hash of the leaf.
    pub leaf_hash: Hash,
    /// What happened.
    pub leaf: Leaf,
    /// The leaf's bytes, as they were hashed.
    pub bytes: Vec<u8>,
}

/// A row as the database tells it; nothing of it is believed before it was checked.
#[derive(Debug, Clone)]
pub struct StoredRow {
    /// Place it claims.
    pub log_index: i64,
    /// Hash it claims.
    pub leaf_hash: Vec<u8>,
    /// The bytes.
    pub leaf: Vec<u8>,
    /// From here on: columns that repeat what the leaf says.
    pub event_id: Uuid,
    /// Column.
    pub logged_at: DateTime<Utc>,
    /// Column.
    pub occurred_at: DateTime<Utc>,
    /// Column.
    pub action: String,
    /// Column.
    pub interaction: String,
    /// Column.
    pub outcome: String,
    /// Column.
    pub actor_kind: String,
    /// Column.
    pub actor_id: String,
    /// Column.
    pub patient: String,
    /// Column.
    pub entity_kind: String,
    /// Column.
    pub entity_id: String,
    /// Column.
    pub purpose: String,
    /// Column.
    pub emergency: bool,
    /// Column.
    pub source: String,
    /// Column.
    pub source_ip: Option<String>,
    /// Column.
    pub trace_id: String,
}

impl StoredRow {
    /// Whether the columns that readers search by say what the hashed leaf says.
    pub fn columns_agree(&self, tree: Uuid) -> bool {
        let Ok(leaf) = Leaf::from_bytes(&self.leaf) else {
            return false;
        };
        let micros = |time: DateTime<Utc>| time.timestamp_micros();
        let record = &leaf.record;
        leaf.tree() == tree
            && leaf.event_id.uuid() == self.event_id
            && micros(leaf.logged_at) == micros(self.logged_at)
            && micros(record.occurred_at) == micros(self.occurred_at)
            && record.action == self.action
            && leaf.interaction() == self.interaction
            && leaf.outcome() == self.outcome
            && leaf.actor_kind() == self.actor_kind
            && record.actor.id == self.actor_id
            && leaf.patient.as_deref().unwrap_or_default() == self.patient
            && leaf.entity() == (self.entity_kind.as_str(), self.entity_id.as_str())
            && record.purpose.as_deref().unwrap_or_default() == self.purpose
            && record.emergency == self.emergency
            && leaf.source == self.source
            && record.source_ip.map(|ip| ip.to_string()) == self.source_ip
            && record.trace_id == self.trace_id
    }
}

impl Leaf {
    /// The tree it belongs to.
    pub fn tree(&self) -> Uuid {
        self.organization_id
            .map_or(PLATFORM, mc_vocabulary::OrganizationId::uuid)
    }

    /// FHIR `AuditEvent.action`.
    pub fn interaction(&self) -> &'static str {
        match self.record.interaction {
            Interaction::Create => "C",
            Interaction::Read => "R",
            Interaction::Update => "U",
            Interaction::Delete => "D",
            Interaction::Execute => "E",
        }
    }

    /// How it ended, as it is searched by.
    pub fn outcome(&self) -> &'static str {
        match self.record.outcome {
            Outcome::Success => "success",
            Outcome::Denied => "denied",
            Outcome::Failure => "failure",
        }
    }

    /// What kind of caller, as it is searched by.
    pub fn actor_kind(&self) -> &'static str {
        match self.record.actor.kind {
            ActorKind::User => "user",
            ActorKind::Client => "client",
            ActorKind::System => "system",
            ActorKind::Anonymous => "anonymous",
        }
    }

    /// Kind and id of what it was done to; empty where to nothing.
    pub fn entity(&self) -> (&str, &str) {
        self.record
            .entity
            .as_ref()
            .map_or(("", ""), |entity| (&entity.kind, &entity.id))
    }
}
