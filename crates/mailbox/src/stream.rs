//! Streams: what is told once and can be read again from the beginning by anyone with an account of the broker.

use crate::{Mailbox, broker};
use futures_util::StreamExt;
use lapin::{
    BasicProperties, Channel, Connection,
    options::{BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable, LongString},
};
use std::time::Duration;

/// An open way to one stream.
pub struct Stream {
    name: String,
    connection: Connection,
    channel: Channel,
    /// Nothing stood in it when it was opened.
    empty: bool,
}

impl Mailbox {
    /// Opens stream `name`, which is made where it does not exist.
    ///
    /// # Errors
    /// The broker's.
    pub async fn stream(&self, name: &str) -> lapin::Result<Stream> {
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
    }
}

impl Stream {
    /// Adds a text; returns when the broker has it.
    ///
    /// # Errors
    /// The broker's.
    pub async fn append(&self, text: &str) -> lapin::Result<()> {
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
    }

    /// Everything that stands in it, oldest first; what comes within the last half second of reading may be missing.
    ///
    /// # Errors
    /// The broker's.
    pub async fn read(&self) -> lapin::Result<Vec<String>> {
        self.read_from("first").await
    }

    /// What was told last: the newest chunk of it, which is never empty unless the stream is.
    ///
    /// # Errors
    /// The broker's.
    pub async fn read_last(&self) -> lapin::Result<Vec<String>> {
        self.read_from("last").await
    }

    async fn read_from(&self, offset: &str) -> lapin::Result<Vec<String>> {
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
    }

    /// Whether it can be used.
    pub fn connected(&self) -> bool {
        self.connection.status().connected() && self.channel.status().connected()
    }
}
