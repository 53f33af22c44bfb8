//! Publishing with confirms: what the relay does with the outbox, and what a replay does with a file.

use crate::{Mailbox, broker};
use futures_util::future::join_all;
use lapin::{Channel, Connection, options::BasicPublishOptions};
use mc_contracts::Envelope;

/// An open way to the exchange.
pub struct Publisher {
    prefix: std::sync::Arc<str>,
    connection: Connection,
    channel: Channel,
}

impl Mailbox {
    /// Connects to the exchange.
    ///
    /// # Errors
    /// The broker's.
    pub async fn publisher(&self) -> lapin::Result<Publisher> {
        let (connection, channel) = broker::connect(&self.broker_url, &format!("{} relay", self.service)).await?;
        broker::declare_exchange(&channel, &self.prefix).await?;
        Ok(Publisher {
            prefix: self.prefix.clone(),
            connection,
            channel,
        })
    }
}

impl Publisher {
    /// Publishes and waits until the broker has decided: true where a queue has the event, false where none wanted it.
    ///
    /// # Errors
    /// The broker's; then nothing is known of any.
    pub async fn publish(&self, envelopes: &[Envelope]) -> lapin::Result<Vec<bool>> {
        let mandatory = BasicPublishOptions {
            mandatory: true,
            ..Default::default()
        };
        let mut confirms = Vec::with_capacity(envelopes.len());
        for envelope in envelopes {
            let body = envelope.data.to_string();
            let (exchange, key) = (broker::exchange(&self.prefix), envelope.event_type.as_str().into());
            let properties = broker::properties(envelope);
            confirms.push(
                self.channel
                    .basic_publish(exchange, key, mandatory, body.as_bytes(), properties)
                    .await?,
            );
        }
        join_all(confirms)
            .await
            .into_iter()
            // A mandatory message that no queue wanted comes back inside its confirm.
            .map(|confirm| confirm.map(|confirm| confirm.is_ack() && confirm.take_message().is_none()))
            .collect()
    }

    /// Whether it can be used.
    pub fn connected(&self) -> bool {
        self.connection.status().connected()
    }

    /// Says goodbye.
    pub async fn close(&self) {
        let _ = self.connection.close(200, "stopping".into()).await;
    }
}
