//! Encoding of an envelope on RabbitMQ: CloudEvents attributes and W3C trace context as headers,
//! the event as the body, and the sender as the property `user_id`, which the broker verifies.

use chrono::{DateTime, Utc};
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    message::Delivery,
    options::ConfirmSelectOptions,
    types::{AMQPValue, FieldTable, LongString, ShortString},
    uri::AMQPUri,
};
use mc_contracts::{Envelope, topology};
use secrecy::{ExposeSecret, SecretString};
use std::{collections::HashMap, io};

const ATTRIBUTE: &str = "cloudEvents:";

/// Interval of heartbeats in seconds: a connection whose peer is silent for two intervals is
/// closed, also where packets are dropped instead of refused.
const HEARTBEAT_S: u16 = 10;

/// An open connection and its user.
pub(crate) struct Link {
    pub(crate) connection: Connection,
    /// A channel with publisher confirms.
    pub(crate) channel: Channel,
    /// The broker's user of this connection.
    pub(crate) user: String,
}

/// A connection and one channel with publisher confirms.
pub(crate) async fn connect(url: &SecretString, name: &str) -> lapin::Result<Link> {
    let mut uri: AMQPUri = url.expose_secret().parse().map_err(|_: String| {
        let malformed = io::Error::new(io::ErrorKind::InvalidInput, "the broker's url is malformed");
        lapin::Error::from(malformed)
    })?;
    uri.query.heartbeat = Some(HEARTBEAT_S);
    let user = uri.authority.userinfo.username.clone();
    let properties = ConnectionProperties::default().with_connection_name(LongString::from(name.to_owned()));
    let connection = Connection::connect_uri(uri, properties).await?;
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    Ok(Link {
        connection,
        channel,
        user,
    })
}

impl Link {
    pub(crate) async fn close(&self, why: &str) {
        let _ = self.connection.close(200, why.into()).await;
    }
}

/// The exchange of events.
pub(crate) fn exchange(prefix: &str) -> ShortString {
    format!("{prefix}{}", topology::EVENTS).into()
}

/// Properties of a persistent message of `user` with the envelope's attributes as headers.
pub(crate) fn properties(envelope: &Envelope, user: &str) -> BasicProperties {
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
        .with_user_id(user.into())
        .with_headers(headers)
}

/// Headers by which a sender routes a message to more keys than its routing key. The rights of a
/// sender are those to its routing key alone; the broker removes `BCC` before a consumer sees it.
const FURTHER_ROUTES: [&str; 2] = ["CC", "BCC"];

/// The envelope of a delivery from a queue that `takes` some types.
///
/// # Errors
/// Why it goes to the dead letters: it is unreadable, its type differs from its routing key, its
/// sender routed it to a queue that does not take its type, or it was not sent by the service that
/// owns its type.
pub(crate) fn envelope(delivery: &Delivery, takes: impl Fn(&str) -> bool) -> Result<Envelope, &'static str> {
    let headers = delivery.properties.headers().as_ref();
    if headers.is_some_and(|headers| FURTHER_ROUTES.iter().any(|name| headers.contains_key(name))) {
        return Err("its sender routed it to further queues");
    }
    let envelope = read(&delivery.properties, &delivery.data).ok_or("it has no readable envelope")?;
    // Only the operator may publish to the default exchange: dead letters come back through it, to
    // one queue.
    let is_replayed = delivery.exchange.as_str().is_empty();
    if !is_replayed && delivery.routing_key.as_str() != envelope.event_type {
        return Err("its type differs from its routing key");
    }
    if !takes(&envelope.event_type) {
        return Err("the queue does not take its type");
    }
    let owner = envelope.event_type.split('.').next().unwrap_or_default();
    if owner != envelope.source {
        return Err("its source does not own its type");
    }
    let user = delivery.properties.user_id().as_ref().map(ShortString::as_str);
    match user.and_then(topology::service_of) {
        Some(sender) if sender == owner => Ok(envelope),
        Some(_) => Err("its sender does not own its type"),
        None => Err("it does not name its sender, or the sender is no service"),
    }
}

/// The envelope of a message, whoever sent it.
pub(crate) fn read(properties: &BasicProperties, body: &[u8]) -> Option<Envelope> {
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
