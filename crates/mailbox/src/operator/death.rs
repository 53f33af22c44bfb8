//! A dead letter, and what the broker wrote on it when it became one.

use crate::broker;
use chrono::{DateTime, Utc};
use lapin::{
    BasicProperties,
    message::Delivery,
    types::{AMQPValue, FieldTable, ShortString},
};
use mc_vocabulary::EventId;

/// A dead letter, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Position in the dead-letter queue, from 1.
    pub position: usize,
    /// Event id; None if it is unreadable.
    pub id: Option<EventId>,
    /// Event type, or the routing key where there is no readable envelope.
    pub event_type: String,
    /// The key under which it was published. A genuine event's is its type.
    pub routing_key: Option<String>,
    /// CloudEvents `time`.
    pub time: Option<DateTime<Utc>>,
    /// The broker's user that sent it.
    pub sender: Option<String>,
    /// Why the broker moved it: `rejected` or `delivery_limit`.
    pub cause: Option<String>,
    /// Size of the body in bytes.
    pub bytes: usize,
}

pub(super) fn dead_letter(position: usize, delivery: &Delivery) -> DeadLetter {
    let envelope = broker::read(&delivery.properties, &delivery.data);
    let text = |value: Option<&ShortString>| value.map(ToString::to_string);
    DeadLetter {
        position,
        id: envelope.as_ref().map(|envelope| envelope.id),
        time: envelope.as_ref().map(|envelope| envelope.time),
        event_type: envelope.map_or_else(|| delivery.routing_key.to_string(), |envelope| envelope.event_type),
        routing_key: routing_key(&delivery.properties),
        sender: text(delivery.properties.user_id().as_ref()),
        cause: cause(&delivery.properties),
        bytes: delivery.data.len(),
    }
}

/// `x-first-death-reason`.
fn cause(properties: &BasicProperties) -> Option<String> {
    text(properties.headers().as_ref()?.inner().get("x-first-death-reason")?)
}

/// The key under which the message was published; None if there were several. From the oldest entry
/// of `x-death`. RabbitMQ before 4.0 keeps entries that the sender wrote: this is no proof of who
/// sent the message.
pub(super) fn routing_key(properties: &BasicProperties) -> Option<String> {
    let headers = properties.headers().as_ref()?;
    let AMQPValue::FieldArray(deaths) = headers.inner().get("x-death")? else {
        return None;
    };
    let AMQPValue::FieldTable(oldest) = deaths.as_slice().last()? else {
        return None;
    };
    let AMQPValue::FieldArray(keys) = oldest.inner().get("routing-keys")? else {
        return None;
    };
    match keys.as_slice() {
        [key] => text(key),
        _ => None,
    }
}

/// The properties as they were sent.
pub(super) fn removed(properties: &BasicProperties) -> BasicProperties {
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

fn text(value: &AMQPValue) -> Option<String> {
    match value {
        AMQPValue::LongString(text) => String::from_utf8(text.as_bytes().to_vec()).ok(),
        AMQPValue::ShortString(text) => Some(text.to_string()),
        _ => None,
    }
}
