//! Publishing with confirms, for the relay and for the replay of an export.

use crate::{Mailbox, broker};
use futures_util::future::{BoxFuture, join_all};
use lapin::{Channel, Connection, options::BasicPublishOptions};
use mc_contracts::Envelope;

/// A connection to the exchange.
pub struct Publisher {
    prefix: std::sync::Arc<str>,
    connection: Connection,
    channel: Channel,
}

impl Mailbox {
    /// Connects to the exchange and declares it.
    ///
    /// # Errors
    /// If the broker is unavailable or refuses the exchange.
    pub fn publisher(&self) -> BoxFuture<'_, lapin::Result<Publisher>> {
        Box::pin(async move {
            let (connection, channel) = broker::connect(&self.broker_url, &format!("{} relay", self.service)).await?;
            broker::declare_exchange(&channel, &self.prefix).await?;
            Ok(Publisher {
                prefix: self.prefix.clone(),
                connection,
                channel,
            })
        })
    }
}

impl Publisher {
    /// Publishes and waits for the broker's confirms: true if a queue took the event, false if none
    /// is bound.
    ///
    /// # Errors
    /// If the broker fails; the state of every event is then unknown.
    pub fn publish<'a>(&'a self, envelopes: &'a [Envelope]) -> BoxFuture<'a, lapin::Result<Vec<bool>>> {
        Box::pin(async move {
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
                // A mandatory message without a queue is returned inside its confirm.
                .map(|confirm| confirm.map(|confirm| confirm.is_ack() && confirm.take_message().is_none()))
                .collect()
        })
    }

    /// Whether the connection is open.
    pub fn connected(&self) -> bool {
        self.connection.status().connected()
    }

    /// Closes the connection.
    pub async fn close(&self) {
        let _ = self.connection.close(200, "stopping".into()).await;
    }
}
