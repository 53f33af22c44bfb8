//! What the operator does with dead letters: list, show, replay, drop. For `medconnect-mailbox`.

mod death;
mod record;

use crate::{
    broker::{self, Link},
    dead_letters,
};
use lapin::{
    BasicProperties,
    message::Delivery,
    options::{BasicAckOptions, BasicGetOptions, BasicNackOptions, BasicPublishOptions},
};
use mc_contracts::{
    Queue,
    topology::{self, QUEUES},
};
use mc_vocabulary::Clock;
use secrecy::SecretString;

pub use death::DeadLetter;

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
    /// The broker did not confirm the audit record of what is done.
    #[error("the broker did not take the audit record; `list` shows what is still among the dead letters")]
    NotRecorded,
    /// The broker did not confirm a message; it and those after it are still dead letters.
    #[error("the broker did not take message {position}; it and later ones are still dead letters")]
    NotTaken {
        /// Position in the dead-letter queue, from 1.
        position: usize,
    },
}

fn names() -> String {
    QUEUES.iter().map(|queue| queue.name).collect::<Vec<_>>().join(", ")
}

/// What a replay did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayed {
    /// Events that are back in their queue.
    pub events: usize,
    /// Messages that name no sender and are dead letters still: nobody vouched for them, or they
    /// were not published under the key of their type.
    pub left: usize,
}

/// Which dead letters of a queue, from the oldest.
#[derive(Debug, Clone, Copy, Default)]
pub struct Selection {
    /// Maximum number; None: all that are there now.
    pub limit: Option<usize>,
}

const REQUEUE: BasicNackOptions = BasicNackOptions {
    multiple: false,
    requeue: true,
};

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
            letters.push(death::dead_letter(letters.len() + 1, &delivery));
            last = Some(delivery);
        }
        // Returned together: one by one each would come again before the next.
        if let Some(last) = last {
            last.nack(BasicNackOptions {
                multiple: true,
                ..REQUEUE
            })
            .await?;
        }
        Ok(letters)
    }

    /// Publishes the dead letters of `queue` to that queue again, oldest first, under the name of
    /// their sender. A message leaves the dead letters once the broker has confirmed it. On record
    /// before the first message, and with the outcome afterwards.
    ///
    /// `vouch`: messages that name no sender get the service that owns their type, if they were
    /// published under the key of that type: the broker lets no other service use it.
    ///
    /// # Errors
    /// [`OperatorError`]. What was published before the error is recorded too.
    pub async fn replay(&self, queue: &str, selection: Selection, vouch: bool) -> Result<Replayed, OperatorError> {
        let queue = find(queue)?;
        let limit = self.bounded(queue, selection).await?;
        if limit == 0 {
            return Ok(Replayed { events: 0, left: 0 });
        }
        self.record("mailbox.dead_letters.replay_started", queue, limit, vouch)
            .await?;
        let (mut events, mut left) = (0, Vec::new());
        let result = loop {
            match self.next(queue, events + left.len(), limit).await {
                Ok(None) => break Ok(()),
                Ok(Some(delivery)) => match restored(queue, &delivery, vouch) {
                    None => left.push(delivery),
                    Some(properties) => {
                        let position = events + left.len() + 1;
                        match self.publish_again(queue, &delivery, properties, position).await {
                            Ok(()) => events += 1,
                            Err(error) => {
                                left.push(delivery);
                                break Err(error);
                            }
                        }
                    }
                },
                Err(error) => break Err(error),
            }
        };
        // Returned at the end: at once they would come again as the next.
        for delivery in &left {
            // If it fails, the broker takes them back with the connection.
            let _ = delivery.nack(REQUEUE).await;
        }
        let recorded = self.record("mailbox.dead_letters.replayed", queue, events, vouch).await;
        let left = left.len();
        result.and(recorded).map(|()| Replayed { events, left })
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
        properties: BasicProperties,
        position: usize,
    ) -> Result<(), OperatorError> {
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
}

/// The properties with which a dead letter is published again; None if it names no sender and
/// may not get one.
fn restored(queue: Queue, delivery: &Delivery, vouch: bool) -> Option<BasicProperties> {
    let properties = death::removed(&delivery.properties);
    if properties.user_id().is_some() {
        return Some(properties);
    }
    let envelope = broker::read(&delivery.properties, &delivery.data).filter(|_| vouch)?;
    let is_genuine = queue.takes(&envelope.event_type)
        && death::routing_key(&delivery.properties).as_ref() == Some(&envelope.event_type)
        && envelope.event_type.split('.').next() == Some(envelope.source.as_str());
    is_genuine.then(|| properties.with_user_id(topology::user_of(&envelope.source).into()))
}

fn find(name: &str) -> Result<Queue, OperatorError> {
    let found = QUEUES.iter().find(|queue| queue.name == name);
    found
        .copied()
        .ok_or_else(|| OperatorError::NoQueue { name: name.to_owned() })
}
