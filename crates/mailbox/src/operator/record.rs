//! What the operator does is on record.

use super::{Operator, OperatorError};
use crate::broker;
use lapin::options::BasicPublishOptions;
use mc_contracts::{Actor, AuditRecord, Envelope, Event, Interaction, Outcome, Queue, topology::OPERATOR};
use mc_vocabulary::EventId;
use std::collections::{BTreeMap, HashMap};

impl Operator {
    /// Publishes an audit record. There is no outbox here: it is confirmed before this returns.
    pub(super) async fn record(
        &self,
        action: &str,
        queue: Queue,
        count: usize,
        vouch: bool,
    ) -> Result<(), OperatorError> {
        let record = AuditRecord {
            action: action.to_owned(),
            interaction: Interaction::Execute,
            outcome: Outcome::Success,
            actor: Actor::system(self.person.as_str()),
            occurred_at: self.clock.now(),
            source_ip: None,
            trace_id: String::new(),
            patient_id: None,
            entity: None,
            purpose: None,
            justification: None,
            emergency: false,
            details: BTreeMap::new(),
        };
        let record = record
            .detail("queue", queue.name)
            .detail("events", count)
            .detail("vouched", vouch);
        let envelope = Envelope {
            id: EventId::new(),
            event_type: format!("{OPERATOR}.{}", AuditRecord::NAME),
            source: OPERATOR.to_owned(),
            time: self.clock.now(),
            subject: None,
            organization_id: None,
            trace: HashMap::new(),
            data: serde_json::json!(record),
        };
        let mandatory = BasicPublishOptions {
            mandatory: true,
            ..Default::default()
        };
        let properties = broker::properties(&envelope, &self.link.user);
        let confirm = self
            .link
            .channel
            .basic_publish(
                broker::exchange(&self.prefix),
                envelope.event_type.as_str().into(),
                mandatory,
                envelope.data.to_string().as_bytes(),
                properties,
            )
            .await?
            .await?;
        if !confirm.is_ack() || confirm.take_message().is_some() {
            return Err(OperatorError::NotRecorded);
        }
        Ok(())
    }
}
