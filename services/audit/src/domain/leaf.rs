//! A leaf: the bytes of an event that are hashed.

use chrono::{DateTime, Utc};
use mc_contracts::{AuditRecord, Envelope};
use mc_vocabulary::{EventId, OrganizationId};
use serde::{Deserialize, Serialize};

/// Version of the leaf's form. A reader meets every version ever written; a change of form is a new number.
const VERSION: u32 = 2;

/// More bytes than any honest event has; larger ones go to the dead letters.
pub const MAX_LEAF_BYTES: usize = 64 * 1024;

/// One event as the log keeps it: the record as it was told, with the patient masked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Leaf {
    /// Form of these bytes.
    pub version: u32,
    /// The event's id.
    pub event_id: EventId,
    /// The service that told it.
    pub source: String,
    /// Whose; None where nobody was known.
    pub organization_id: Option<OrganizationId>,
    /// When the log took it, by the audit service's clock; `record.occurred_at` is by the telling service's.
    pub logged_at: DateTime<Utc>,
    /// Pseudonym of the patient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient: Option<String>,
    /// The record without the patient's id.
    pub record: AuditRecord,
}

impl Leaf {
    /// The leaf of an event that is taken at `logged_at`. `mask` gives the pseudonym of a patient's id.
    pub fn new(
        envelope: &Envelope,
        mut record: AuditRecord,
        logged_at: DateTime<Utc>,
        mask: impl Fn(&str) -> String,
    ) -> Self {
        let patient = record.patient_id.take().map(|id| mask(id.as_str()));
        if let Some(entity) = record.entity.as_mut().filter(|entity| entity.kind == "Patient") {
            entity.id = mask(&entity.id);
        }
        Self {
            version: VERSION,
            event_id: envelope.id,
            source: envelope.source.clone(),
            organization_id: envelope.organization_id,
            logged_at,
            patient,
            record,
        }
    }

    /// The bytes that are hashed and stored: fields in the order of this type, maps by key, one line.
    ///
    /// # Errors
    /// Never in practice: every field has a JSON form.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// Reads the stored bytes.
    ///
    /// # Errors
    /// Where they are no leaf.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// Whether both tell the same, whenever the log took them.
    pub fn has_same_content(&self, other: &Self) -> bool {
        (&self.source, self.organization_id, &self.patient, &self.record)
            == (&other.source, other.organization_id, &other.patient, &other.record)
    }
}
