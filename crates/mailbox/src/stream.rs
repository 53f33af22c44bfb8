//! RabbitMQ streams: messages that remain readable from the beginning to every account of the
//! broker.

use crate::{Mailbox, broker};
use futures_util::{StreamExt, future::BoxFuture};
use lapin::{
    BasicProperties, Channel, Connection,
    options::{BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable, LongString},
};
use std::time::Duration;

/// A connection to one stream.
pub struct Stream {
    name: String,
    connection: Connection,
    channel: Channel,
    /// The stream was empty when it was opened.
    empty: bool,
}

impl Mailbox {
    /// Opens stream `name`, and creates it if it does not exist.
    ///
    /// # Errors
    /// If the broker is unavailable or refuses the stream.
    pub fn stream<'a>(&'a self, name: &'a str) -> BoxFuture<'a, lapin::Result<Stream>> {
        Box::pin(async move {
            let (connection, channel) = broker::connect(&self.broker_url, &format!("{} {name}", self.service)).await?;
            let name = format!("{}{name}", self.prefix);
            let mut table = FieldTable::default();
            table.insert("x-queue-type".into(), AMQPValue::LongString(LongString::from("stream")));
            let durable = QueueDeclareOptions {
                durable: true,
                ..Default::default()
            };
            let declared = channel.queue_declare(name.clone().into(), durable, table).await?;
            Ok(Stream {
                name,
                connection,
                channel,
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
            let properties = BasicProperties::default().with_delivery_mode(2);
            self.channel
                .basic_publish(
                    "".into(),
                    self.name.as_str().into(),
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
            self.channel.basic_qos(500, BasicQosOptions::default()).await?;
            let mut from = FieldTable::default();
            from.insert(
                "x-stream-offset".into(),
                AMQPValue::LongString(LongString::from("first")),
            );
            let tag = format!("read {} {offset}", self.name);
            let mut deliveries = self
                .channel
                .basic_consume(
                    self.name.as_str().into(),
                    tag.as_str().into(),
                    BasicConsumeOptions::default(),
                    from,
                )
                .await?;
            let mut texts = Vec::new();
            while let Ok(Some(delivery)) = tokio::time::timeout(Duration::from_millis(500), deliveries.next()).await {
                let delivery = delivery?;
                delivery.ack(BasicAckOptions::default()).await?;
                texts.push(String::from_utf8_lossy(&delivery.data).into_owned());
            }
            Ok(texts)
        })
    }

    /// Whether the connection is open.
    pub fn connected(&self) -> bool {
        self.connection.status().connected() && self.channel.status().connected()
    }
}
