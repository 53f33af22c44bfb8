//! Encoding of an envelope on RabbitMQ: CloudEvents attributes and W3C trace context as headers,
//! the event as the body.

use crate::Queue;
use chrono::{DateTime, Utc};
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties, ExchangeKind,
    message::Delivery,
    options::{ConfirmSelectOptions, ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable, LongString, ShortString},
};
use mc_contracts::Envelope;
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;

const EXCHANGE: &str = "medconnect.events";
const ATTRIBUTE: &str = "cloudEvents:";

/// A connection and one channel with publisher confirms.
pub(crate) async fn connect(url: &SecretString, name: &str) -> lapin::Result<(Connection, Channel)> {
    let properties = ConnectionProperties::default().with_connection_name(LongString::from(name.to_owned()));
    let connection = Connection::connect(url.expose_secret(), properties).await?;
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    Ok((connection, channel))
}

pub(crate) fn exchange(prefix: &str) -> ShortString {
    format!("{prefix}{EXCHANGE}").into()
}

pub(crate) async fn declare_exchange(channel: &Channel, prefix: &str) -> lapin::Result<()> {
    let options = ExchangeDeclareOptions {
        durable: true,
        ..Default::default()
    };
    channel
        .exchange_declare(exchange(prefix), ExchangeKind::Topic, options, FieldTable::default())
        .await
}

/// Declares a quorum queue with a delivery limit, and its dead-letter queue.
pub(crate) async fn declare_queue(channel: &Channel, prefix: &str, queue: Queue) -> lapin::Result<()> {
    let durable = QueueDeclareOptions {
        durable: true,
        ..Default::default()
    };
    let (name, dead) = (format!("{prefix}{}", queue.name), dead_letters(prefix, queue));
    channel
        .queue_declare(dead.clone().into(), durable, arguments(prefix, None))
        .await?;
    let mut table = arguments(prefix, Some(&dead));
    if queue.ordered {
        table.insert("x-single-active-consumer".into(), AMQPValue::Boolean(true));
    }
    channel.queue_declare(name.clone().into(), durable, table).await?;
    for binding in queue.bindings {
        let (queue, key) = (name.clone().into(), (*binding).into());
        channel
            .queue_bind(
                queue,
                exchange(prefix),
                key,
                QueueBindOptions::default(),
                FieldTable::default(),
            )
            .await?;
    }
    Ok(())
}

/// Name of the dead-letter queue.
pub(crate) fn dead_letters(prefix: &str, queue: Queue) -> String {
    format!("{prefix}{}.dead", queue.name)
}

fn arguments(prefix: &str, dead: Option<&str>) -> FieldTable {
    let mut table = FieldTable::default();
    let text = |value: &str| AMQPValue::LongString(LongString::from(value.to_owned()));
    table.insert("x-queue-type".into(), text("quorum"));
    if let Some(dead) = dead {
        table.insert("x-delivery-limit".into(), AMQPValue::LongInt(20));
        table.insert("x-dead-letter-exchange".into(), text(""));
        table.insert("x-dead-letter-routing-key".into(), text(dead));
        // The dead-letter queue confirms a message before the original is removed.
        table.insert("x-dead-letter-strategy".into(), text("at-least-once"));
        table.insert("x-overflow".into(), text("reject-publish"));
    }
    if !prefix.is_empty() {
        // Queues of tests expire by themselves, soon: those of a whole run would fill the broker's
        // memory, and then it blocks publishers.
        table.insert("x-expires".into(), AMQPValue::LongInt(120_000));
    }
    table
}

/// Properties of a persistent message with the envelope's attributes as headers.
pub(crate) fn properties(envelope: &Envelope) -> BasicProperties {
    let mut headers = FieldTable::default();
    let mut put = |name: String, value: String| {
        headers.insert(name.into(), AMQPValue::LongString(LongString::from(value)));
    };
    put(format!("{ATTRIBUTE}specversion"), "1.0".to_owned());
    put(format!("{ATTRIBUTE}id"), envelope.id.to_string());
    put(format!("{ATTRIBUTE}type"), envelope.event_type.clone());
    put(format!("{ATTRIBUTE}source"), envelope.source.clone());
    put(format!("{ATTRIBUTE}time"), envelope.time.to_rfc3339());
    if let Some(subject) = &envelope.subject {
        put(format!("{ATTRIBUTE}subject"), subject.clone());
    }
    if let Some(organization_id) = envelope.organization_id {
        put(format!("{ATTRIBUTE}organization"), organization_id.to_string());
    }
    for (name, value) in &envelope.trace {
        put(name.clone(), value.clone());
    }
    BasicProperties::default()
        .with_delivery_mode(2)
        .with_content_type("application/json".into())
        .with_message_id(envelope.id.to_string().into())
        .with_headers(headers)
}

/// The envelope of a delivery. None if it is unreadable, its type differs from its routing key, or
/// its source is not the service that owns the type.
pub(crate) fn envelope(delivery: &Delivery) -> Option<Envelope> {
    let envelope = read(&delivery.properties, &delivery.data)?;
    let owner = envelope.event_type.split('.').next();
    (delivery.routing_key.as_str() == envelope.event_type && owner == Some(envelope.source.as_str()))
        .then_some(envelope)
}

fn read(properties: &BasicProperties, body: &[u8]) -> Option<Envelope> {
    let texts: HashMap<String, String> = properties
        .headers()
        .as_ref()?
        .inner()
        .iter()
        .filter_map(|(name, value)| match value {
            AMQPValue::LongString(text) => Some((name.to_string(), String::from_utf8(text.as_bytes().to_vec()).ok()?)),
            _ => None,
        })
        .collect();
    let attribute = |name: &str| texts.get(&format!("{ATTRIBUTE}{name}")).cloned();
    let organization_id = match attribute("organization") {
        Some(id) => Some(id.parse().ok()?),
        None => None,
    };
    Some(Envelope {
        id: attribute("id")?.parse().ok()?,
        event_type: attribute("type")?,
        source: attribute("source")?,
        time: DateTime::parse_from_rfc3339(&attribute("time")?)
            .ok()?
            .with_timezone(&Utc),
        subject: attribute("subject"),
        organization_id,
        trace: texts
            .into_iter()
            .filter(|(name, _)| name == "traceparent" || name == "tracestate")
            .collect(),
        data: serde_json::from_slice(body).ok()?,
    })
}
