//! Streams: logs on the broker that many read from any point and nobody shortens.

use crate::{
    Mailbox,
    broker::{self, Link},
};
use futures_util::{StreamExt, future::BoxFuture};
use lapin::{
    BasicProperties, Consumer,
    options::{BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable, LongString},
};
use mc_contracts::topology;
use std::time::Duration;

/// Number of messages that the broker sends ahead of acknowledgements.
const PREFETCH: u16 = 500;

/// A connection to one stream.
pub struct Stream {
    name: String,
    exchange: String,
    link: Link,
    /// The stream was empty when it was opened.
    empty: bool,
}

impl Mailbox {
    /// Opens `stream`.
    ///
    /// # Errors
    /// If the broker is unavailable, or the stream does not exist.
    pub fn stream<'a>(&'a self, stream: &'a topology::Stream) -> BoxFuture<'a, lapin::Result<Stream>> {
        Box::pin(async move {
            let link = broker::connect(&self.broker_url, &format!("{} {}", self.service, stream.name)).await?;
            let name = format!("{}{}", self.prefix, stream.name);
            let passive = QueueDeclareOptions {
                passive: true,
                ..Default::default()
            };
            let declared = link
                .channel
                .queue_declare(name.as_str().into(), passive, FieldTable::default())
                .await?;
            Ok(Stream {
                name,
                exchange: format!("{}{}", self.prefix, stream.exchange),
                link,
                empty: declared.message_count() == 0,
            })
        })
    }
}

impl Stream {
    /// Appends a message and waits for the broker's confirm.
    ///
    /// # Errors
    /// If the broker fails.
    pub fn append<'a>(&'a self, text: &'a str) -> BoxFuture<'a, lapin::Result<()>> {
        Box::pin(async move {
            let properties = BasicProperties::default()
                .with_delivery_mode(2)
                .with_user_id(self.link.user.as_str().into());
            self.link
                .channel
                .basic_publish(
                    self.exchange.as_str().into(),
                    "".into(),
                    BasicPublishOptions::default(),
                    text.as_bytes(),
                    properties,
                )
                .await?
                .await
                .map(drop)
        })
    }

    /// All messages, oldest first. A message that arrives within the last half second of reading
    /// may be missing.
    ///
    /// # Errors
    /// If the broker fails.
    pub async fn read(&self) -> lapin::Result<Vec<String>> {
        self.read_from("first").await
    }

    /// The messages of the newest chunk, which is never empty unless the stream is.
    ///
    /// # Errors
    /// If the broker fails.
    pub async fn read_last(&self) -> lapin::Result<Vec<String>> {
        self.read_from("last").await
    }

    fn read_from<'a>(&'a self, offset: &'a str) -> BoxFuture<'a, lapin::Result<Vec<String>>> {
        Box::pin(async move {
            if self.empty {
                return Ok(Vec::new());
            }
            let offset = AMQPValue::LongString(LongString::from(offset));
            let mut deliveries = self.consume(offset).await?;
            let mut texts = Vec::new();
            while let Ok(Some(delivery)) = tokio::time::timeout(Duration::from_millis(500), deliveries.next()).await {
                let delivery = delivery?;
                delivery.ack(BasicAckOptions::default()).await?;
                texts.push(String::from_utf8_lossy(&delivery.data).into_owned());
            }
            Ok(texts)
        })
    }

    /// Consumes from `offset` (`first`, `last`, `next`, or a timestamp). Each delivery is
    /// acknowledged, which removes nothing.
    pub(crate) async fn consume(&self, offset: AMQPValue) -> lapin::Result<Consumer> {
        let channel = &self.link.channel;
        channel.basic_qos(PREFETCH, BasicQosOptions::default()).await?;
        let mut from = FieldTable::default();
        from.insert("x-stream-offset".into(), offset);
        channel
            .basic_consume(
                self.name.as_str().into(),
                "".into(),
                BasicConsumeOptions::default(),
                from,
            )
            .await
    }

    pub(crate) async fn close(&self) {
        self.link.close("stopping").await;
    }

    /// Whether the connection is open.
    pub fn connected(&self) -> bool {
        self.link.connection.status().connected() && self.link.channel.status().connected()
    }
}
