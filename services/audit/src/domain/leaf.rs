//! A leaf: the bytes of an event that are hashed.

use chrono::{DateTime, Utc};
use mc_contracts::{AuditRecord, Envelope};
use mc_vocabulary::{EventId, OrganizationId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Version of the leaf's form.
const VERSION: u32 = 1;

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
    /// Pseudonym of the patient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient: Option<String>,
    /// The record without the patient's id.
    pub record: AuditRecord,
}

impl Leaf {
    /// The leaf of an event. `mask` gives the pseudonym of a patient's id.
    pub fn new(envelope: &Envelope, mut record: AuditRecord, mask: impl Fn(&str) -> String) -> Self {
        let patient = record.patient_id.take().map(|id| mask(id.as_str()));
        if let Some(entity) = record.entity.as_mut().filter(|entity| entity.kind == "Patient") {
            entity.id = mask(&entity.id);
        }
        Self {
            version: VERSION,
            event_id: envelope.id,
            source: envelope.source.clone(),
            organization_id: envelope.organization_id,
            patient,
            record,
        }
    }

    /// When it happened.
    pub fn occurred_at(&self) -> DateTime<Utc> {
        self.record.occurred_at
    }

    /// The bytes that are hashed and stored: fields in the order of this type, maps by key.
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

    /// The record as JSON, for readers.
    pub fn facts(&self) -> Value {
        serde_json::to_value(&self.record).unwrap_or_default()
    }
}
