//! A leaf: the bytes of an event that are hashed.

use chrono::{DateTime, Utc};
use mc_contracts::{AuditRecord, Envelope};
use mc_vocabulary::{EventId, OrganizationId};
use serde::{Deserialize, Serialize};

/// Version of the leaf's format. Readers must accept every version ever written.
const VERSION: u32 = 2;

/// Maximum size of a leaf; larger events go to the dead letters.
pub const MAX_LEAF_BYTES: usize = 64 * 1024;

/// One event as the log stores it: the record as it was published, with the patient masked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Leaf {
    /// Version of the format.
    pub version: u32,
    /// Id of the event.
    pub event_id: EventId,
    /// The service that recorded it.
    pub source: String,
    /// The organization; None where none is known.
    pub organization_id: Option<OrganizationId>,
    /// When it was logged, by the clock of audit; `record.occurred_at` is by the clock of the
    /// service.
    pub logged_at: DateTime<Utc>,
    /// Pseudonym of the patient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient: Option<String>,
    /// The record without the patient's id.
    pub record: AuditRecord,
}

impl Leaf {
    /// The leaf of an event that is logged at `logged_at`. `mask` returns the pseudonym of a
    /// patient's id.
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

    /// The bytes that are hashed and stored: fields in the order of this type, maps by key, one
    /// line.
    ///
    /// # Errors
    /// Never in practice: every field has a JSON form.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// Reads the stored bytes.
    ///
    /// # Errors
    /// Where they are not a leaf.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// Whether both have the same content, whenever they were logged.
    pub fn has_same_content(&self, other: &Self) -> bool {
        (&self.source, self.organization_id, &self.patient, &self.record)
            == (&other.source, other.organization_id, &other.patient, &other.record)
    }
}
