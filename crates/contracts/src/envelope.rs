//! The event envelope: CloudEvents 1.0 attributes, organization and W3C trace context.

use crate::events::Event;
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
    /// If the type is not that of `E`, or the data does not have its shape. Such an envelope
    /// belongs in the dead letters.
    pub fn event<E: Event>(&self) -> Result<E, serde_json::Error> {
        let name = self.event_type.split_once('.').map(|(_service, name)| name);
        if name != Some(E::NAME) {
            return Err(serde::de::Error::custom(format_args!("the event is no {}", E::NAME)));
        }
        E::deserialize(&self.data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{AccessRevoked, ConsentRecorded, RevocationReason};
    use mc_vocabulary::SessionId;

    #[test]
    fn an_event_is_read_as_its_own_type_alone() {
        let revoked = AccessRevoked {
            session_id: SessionId::new(),
            expires_at: DateTime::UNIX_EPOCH,
            reason: RevocationReason::SignedOut,
        };
        let mut envelope = Envelope {
            id: EventId::new(),
            event_type: "auth.access.revoked.v1".to_owned(),
            source: "auth".to_owned(),
            time: DateTime::UNIX_EPOCH,
            subject: None,
            organization_id: None,
            trace: HashMap::new(),
            data: serde_json::to_value(&revoked).unwrap(),
        };
        assert!(envelope.event::<AccessRevoked>().is_ok());
        assert!(envelope.event::<ConsentRecorded>().is_err());
        envelope.event_type = "auth.audit.recorded.v1".to_owned();
        assert!(envelope.event::<AccessRevoked>().is_err());
    }
}
