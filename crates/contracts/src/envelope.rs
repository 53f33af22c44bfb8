//! The envelope: CloudEvents 1.0 attributes, who and where, and the W3C trace it belongs to.

use chrono::{DateTime, Utc};
use mc_vocabulary::{EventId, OrganizationId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// One event on its way. The attributes travel as AMQP headers, `data` as the body.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Envelope {
    /// CloudEvents `id`: the key under which the event is applied once.
    pub id: EventId,
    /// CloudEvents `type`, and the routing key: `<service>.<thing>.<happened>.v<n>`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// CloudEvents `source`: the service that tells it.
    pub source: String,
    /// CloudEvents `time`.
    pub time: DateTime<Utc>,
    /// CloudEvents `subject`: id of what it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Whose it is; None where nobody is known yet (a failed sign-in).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// W3C trace context: `traceparent`, `tracestate`.
    pub trace: HashMap<String, String>,
    /// The event itself.
    pub data: serde_json::Value,
}

impl Envelope {
    /// Reads the event that the envelope carries.
    ///
    /// # Errors
    /// Where the data is not of that event's shape; such an envelope belongs to the dead letters.
    pub fn event<E: serde::de::DeserializeOwned>(&self) -> Result<E, serde_json::Error> {
        E::deserialize(&self.data)
    }
}
