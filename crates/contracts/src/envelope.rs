//! The event envelope: CloudEvents 1.0 attributes, organization and W3C trace context.

use chrono::{DateTime, Utc};
use mc_vocabulary::{EventId, OrganizationId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// An event in transit. The attributes travel as AMQP headers, `data` as the body.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Envelope {
    /// CloudEvents `id`; consumers deduplicate by it.
    pub id: EventId,
    /// CloudEvents `type`, and the routing key: `<service>.<thing>.<happened>.v<n>`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// CloudEvents `source`: the publishing service.
    pub source: String,
    /// CloudEvents `time`.
    pub time: DateTime<Utc>,
    /// CloudEvents `subject`: id of the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The organization; None where it is not known yet (a failed sign-in).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// W3C trace context: `traceparent`, `tracestate`.
    pub trace: HashMap<String, String>,
    /// The event as JSON.
    pub data: serde_json::Value,
}

impl Envelope {
    /// Deserializes the event.
    ///
    /// # Errors
    /// If the data does not have the shape of `E`. Such an envelope belongs in the dead letters.
    pub fn event<E: serde::de::DeserializeOwned>(&self) -> Result<E, serde_json::Error> {
        E::deserialize(&self.data)
    }
}
