//! What the operator does with dead letters: list, show, replay, drop. For `medconnect-mailbox`.

use crate::{
    broker::{self, Link},
    dead_letters,
};
use chrono::{DateTime, Utc};
use lapin::{
    BasicProperties,
    message::Delivery,
    options::{BasicAckOptions, BasicGetOptions, BasicNackOptions, BasicPublishOptions},
    types::{AMQPValue, FieldTable, ShortString},
};
use mc_contracts::{
    Actor, AuditRecord, Envelope, Event, Interaction, Outcome, Queue,
    topology::{self, OPERATOR, QUEUES},
};
use mc_vocabulary::{Clock, EventId};
use secrecy::SecretString;
use std::collections::{BTreeMap, HashMap};

/// Why dead letters could not be listed or brought back.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// No queue of this name has dead letters.
    #[error("there is no queue {name}; the queues are {known}", known = names())]
    NoQueue {
        /// The name given.
        name: String,
    },
    /// The broker is unavailable or refuses.
    #[error("the broker: {0}")]
    Broker(#[from] lapin::Error),
    /// The broker did not confirm a message; it and those after it are still dead letters.
    #[error("the broker did not take message {position}; it and later ones are still dead letters")]
    NotTaken {
        /// Position in the dead-letter queue, from 1.
        position: usize,
    },
    /// The message names no sender, and nobody vouched for it.
    #[error(
        "message {position} does not name its sender, as one of a release before this one; check it with `show`, \
         then repeat with --vouch"
    )]
    NoSender {
        /// Position in the dead-letter queue, from 1.
        position: usize,
    },
}

fn names() -> String {
    QUEUES.iter().map(|queue| queue.name).collect::<Vec<_>>().join(", ")
}

/// A dead letter, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Position in the dead-letter queue, from 1.
    pub position: usize,
    /// Event id; None if it is unreadable.
    pub id: Option<EventId>,
    /// Event type, or the routing key where there is no readable envelope.
    pub event_type: String,
    /// CloudEvents `time`.
    pub time: Option<DateTime<Utc>>,
    /// The broker's user that sent it.
    pub sender: Option<String>,
    /// Why the broker moved it: `rejected` or `delivery_limit`.
    pub cause: Option<String>,
    /// Size of the body in bytes.
    pub bytes: usize,
}

/// Which dead letters of a queue, from the oldest.
#[derive(Debug, Clone, Copy, Default)]
pub struct Selection {
    /// Maximum number; None: all that are there now.
    pub limit: Option<usize>,
}

/// A connection of the operator.
pub struct Operator {
    link: Link,
    prefix: String,
    clock: Clock,
    /// Recorded as the actor of what is done.
    person: String,
}

impl Operator {
    /// Connects with the user `medconnect-mailbox`. `person` is recorded as the actor.
    ///
    /// # Errors
    /// If the broker is unavailable.
    pub async fn connect(url: &SecretString, prefix: &str, person: &str, clock: Clock) -> Result<Self, OperatorError> {
        Ok(Self {
            link: broker::connect(url, "medconnect-mailbox").await?,
            prefix: prefix.to_owned(),
            clock,
            person: person.to_owned(),
        })
    }

    /// Every queue with its number of dead letters; None for one that does not exist.
    pub async fn count(&self) -> Result<Vec<(&'static str, Option<u32>)>, OperatorError> {
        let mut counts = Vec::with_capacity(QUEUES.len());
        for queue in QUEUES {
            let channel = self.link.connection.create_channel().await?;
            let name = self.name(&queue.dead_letters());
            counts.push((queue.name, dead_letters::count_on(&channel, &name).await));
        }
        Ok(counts)
    }

    /// At most as many as there are now: a message that fails again after its replay is not taken
    /// a second time.
    async fn bounded(&self, queue: Queue, selection: Selection) -> Result<usize, OperatorError> {
        let channel = self.link.connection.create_channel().await?;
        let name = self.name(&queue.dead_letters());
        let count = dead_letters::count_on(&channel, &name).await.unwrap_or_default();
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        Ok(selection.limit.map_or(count, |limit| limit.min(count)))
    }

    /// The dead letters of `queue`, oldest first. They stay where they are.
    ///
    /// # Errors
    /// If there is no such queue, or the broker fails.
    pub async fn show(&self, queue: &str, selection: Selection) -> Result<Vec<DeadLetter>, OperatorError> {
        let queue = find(queue)?;
        let limit = self.bounded(queue, selection).await?;
        let mut letters = Vec::new();
        let mut last = None;
        while let Some(delivery) = self.next(queue, letters.len(), limit).await? {
            letters.push(dead_letter(letters.len() + 1, &delivery));
            last = Some(delivery);
        }
        // Returned together: one by one each would come again before the next.
        if let Some(last) = last {
            let all = BasicNackOptions {
                multiple: true,
                requeue: true,
            };
            last.nack(all).await?;
        }
        Ok(letters)
    }

    /// Publishes the dead letters of `queue` to that queue again, oldest first, under the name of
    /// their sender, and records it. A message leaves the dead letters once the broker has
    /// confirmed it. `vouch`: messages that name no sender get the one that owns their type.
    ///
    /// # Errors
    /// [`OperatorError`]. What was published before the error is recorded too.
    pub async fn replay(&self, queue: &str, selection: Selection, vouch: bool) -> Result<usize, OperatorError> {
        let queue = find(queue)?;
        let limit = self.bounded(queue, selection).await?;
        let mut done = 0;
        let result = loop {
            match self.next(queue, done, limit).await {
                Ok(None) => break Ok(done),
                Ok(Some(delivery)) => match self.publish_again(queue, &delivery, done + 1, vouch).await {
                    Ok(()) => done += 1,
                    Err(error) => {
                        let requeue = BasicNackOptions {
                            multiple: false,
                            requeue: true,
                        };
                        delivery.nack(requeue).await?;
                        break Err(error);
                    }
                },
                Err(error) => break Err(error),
            }
        };
        self.record("mailbox.dead_letters.replayed", queue, done, vouch).await?;
        result
    }

    /// Removes dead letters of `queue`, oldest first, and records it.
    ///
    /// # Errors
    /// If there is no such queue, or the broker fails.
    pub async fn drop_letters(&self, queue: &str, selection: Selection) -> Result<usize, OperatorError> {
        let queue = find(queue)?;
        let limit = self.bounded(queue, selection).await?;
        let mut taken = Vec::new();
        while let Some(delivery) = self.next(queue, taken.len(), limit).await? {
            taken.push(delivery);
        }
        // On record before they are gone.
        self.record("mailbox.dead_letters.dropped", queue, taken.len(), false)
            .await?;
        for delivery in &taken {
            delivery.ack(BasicAckOptions::default()).await?;
        }
        Ok(taken.len())
    }

    /// Closes the connection.
    pub async fn close(&self) {
        self.link.close("done").await;
    }

    fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    async fn next(&self, queue: Queue, taken: usize, limit: usize) -> Result<Option<Delivery>, OperatorError> {
        if taken >= limit {
            return Ok(None);
        }
        let name = self.name(&queue.dead_letters());
        let got = self
            .link
            .channel
            .basic_get(name.into(), BasicGetOptions { no_ack: false })
            .await?;
        Ok(got.map(|message| message.delivery))
    }

    async fn publish_again(
        &self,
        queue: Queue,
        delivery: &Delivery,
        position: usize,
        vouch: bool,
    ) -> Result<(), OperatorError> {
        let mut properties = without_death(&delivery.properties);
        if properties.user_id().is_none() {
            let owner = broker::read(&delivery.properties, &delivery.data).map(|envelope| envelope.source);
            let owner = owner.filter(|_| vouch).ok_or(OperatorError::NoSender { position })?;
            properties = properties.with_user_id(topology::user_of(&owner).into());
        }
        let mandatory = BasicPublishOptions {
            mandatory: true,
            ..Default::default()
        };
        // The default exchange leads to this queue alone: other consumers have had the event.
        let confirm = self
            .link
            .channel
            .basic_publish(
                "".into(),
                self.name(queue.name).into(),
                mandatory,
                &delivery.data,
                properties,
            )
            .await?
            .await?;
        if !confirm.is_ack() || confirm.take_message().is_some() {
            return Err(OperatorError::NotTaken { position });
        }
        delivery.ack(BasicAckOptions::default()).await?;
        Ok(())
    }

    /// Publishes an audit record. There is no outbox here: it is confirmed before this returns.
    async fn record(&self, action: &str, queue: Queue, count: usize, vouch: bool) -> Result<(), OperatorError> {
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
            return Err(OperatorError::NotTaken { position: 0 });
        }
        Ok(())
    }
}

fn find(name: &str) -> Result<Queue, OperatorError> {
    let found = QUEUES.iter().find(|queue| queue.name == name);
    found
        .copied()
        .ok_or_else(|| OperatorError::NoQueue { name: name.to_owned() })
}

fn dead_letter(position: usize, delivery: &Delivery) -> DeadLetter {
    let envelope = broker::read(&delivery.properties, &delivery.data);
    let text = |value: Option<&ShortString>| value.map(ToString::to_string);
    DeadLetter {
        position,
        id: envelope.as_ref().map(|envelope| envelope.id),
        time: envelope.as_ref().map(|envelope| envelope.time),
        event_type: envelope.map_or_else(|| delivery.routing_key.to_string(), |envelope| envelope.event_type),
        sender: text(delivery.properties.user_id().as_ref()),
        cause: cause(&delivery.properties),
        bytes: delivery.data.len(),
    }
}

/// `x-first-death-reason`, as the broker writes it.
fn cause(properties: &BasicProperties) -> Option<String> {
    let headers = properties.headers().as_ref()?;
    match headers.inner().get("x-first-death-reason")? {
        AMQPValue::LongString(text) => String::from_utf8(text.as_bytes().to_vec()).ok(),
        AMQPValue::ShortString(text) => Some(text.to_string()),
        _ => None,
    }
}

/// The properties as they were sent, without what the broker adds to dead letters.
fn without_death(properties: &BasicProperties) -> BasicProperties {
    let mut headers = FieldTable::default();
    if let Some(all) = properties.headers() {
        for (name, value) in all.inner() {
            if !name.as_str().starts_with("x-") {
                headers.insert(name.clone(), value.clone());
            }
        }
    }
    properties.clone().with_headers(headers)
}
