//! Events: to be appended, logged, and as rows of a database that is not trusted.

use crate::domain::Leaf;
use chrono::{DateTime, Utc};
use mc_contracts::{ActorKind, Interaction, Outcome};
use mc_transparency::Hash;
use uuid::Uuid;

/// The tree of events that belong to no organization, such as a sign-in with an unknown account.
pub const PLATFORM: Uuid = Uuid::nil();

/// An event that is about to be appended.
pub struct Prepared {
    /// The tree it belongs to.
    pub tree: Uuid,
    /// Its place in the tree.
    pub index: i64,
    /// Its content.
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
    /// The tree: the organization, or [`PLATFORM`].
    pub tree: Uuid,
    /// Its place in the tree.
    pub index: i64,
    /// Hash of the leaf.
    pub leaf_hash: Hash,
    /// What happened.
    pub leaf: Leaf,
    /// The leaf's bytes, as they were hashed.
    pub bytes: Vec<u8>,
}

/// A row as the database returns it; nothing of it is trusted before verification.
#[derive(Debug, Clone)]
pub struct StoredRow {
    /// The place.
    pub log_index: i64,
    /// The hash.
    pub leaf_hash: Vec<u8>,
    /// The bytes.
    pub leaf: Vec<u8>,
    /// From here on: columns that repeat fields of the leaf.
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
    /// Whether the columns that searches use agree with the hashed leaf.
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

    /// The outcome, as the column has it.
    pub fn outcome(&self) -> &'static str {
        match self.record.outcome {
            Outcome::Success => "success",
            Outcome::Denied => "denied",
            Outcome::Failure => "failure",
        }
    }

    /// The kind of actor, as the column has it.
    pub fn actor_kind(&self) -> &'static str {
        match self.record.actor.kind {
            ActorKind::User => "user",
            ActorKind::Client => "client",
            ActorKind::System => "system",
            ActorKind::Anonymous => "anonymous",
        }
    }

    /// Kind and id of the entity; empty where there is none.
    pub fn entity(&self) -> (&str, &str) {
        self.record
            .entity
            .as_ref()
            .map_or(("", ""), |entity| (&entity.kind, &entity.id))
    }
}
