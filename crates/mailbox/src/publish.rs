//! Publishing with confirms, for the relay and for the replay of an export.

use crate::{
    Mailbox,
    broker::{self, Link},
};
use futures_util::future::{BoxFuture, join_all};
use lapin::{
    ExchangeKind, PublisherConfirm,
    options::{BasicPublishOptions, ExchangeDeclareOptions},
    types::FieldTable,
};
use mc_contracts::{Envelope, topology};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The broker's answer about one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publication {
    /// Every queue bound to its type has it.
    Taken,
    /// No queue is bound to its type.
    Unroutable,
    /// A queue refuses it, because it is full.
    Refused,
    /// No confirm in time, as from a queue without a majority, or the connection was lost: a queue
    /// may have it.
    Unconfirmed,
}

/// A connection to the exchange.
pub struct Publisher {
    prefix: std::sync::Arc<str>,
    link: Link,
    confirm_timeout: Duration,
}

impl Mailbox {
    /// Connects to the exchange.
    ///
    /// # Errors
    /// If the broker is unavailable, or the exchange does not exist.
    pub fn publisher(&self) -> BoxFuture<'_, lapin::Result<Publisher>> {
        Box::pin(async move {
            let link = broker::connect(&self.broker_url, &format!("{} relay", self.service)).await?;
            let passive = ExchangeDeclareOptions {
                passive: true,
                ..Default::default()
            };
            let exchange = broker::exchange(&self.prefix);
            let found = link
                .channel
                .exchange_declare(exchange, ExchangeKind::Topic, passive, FieldTable::default())
                .await;
            if found.is_err() {
                tracing::error!(
                    exchange = topology::EVENTS,
                    "the exchange does not exist: import deploy/rabbitmq/definitions.json"
                );
            }
            found.map(|()| Publisher {
                prefix: self.prefix.clone(),
                confirm_timeout: self.limits.confirm_timeout,
                link,
            })
        })
    }
}

impl Publisher {
    /// Publishes and waits for the broker's confirms, at most
    /// [`crate::Limits::confirm_timeout`]; returns one result for each event.
    pub async fn publish(&self, envelopes: &[Envelope]) -> Vec<Publication> {
        self.publish_within(envelopes, self.confirm_timeout).await
    }

    pub(crate) fn publish_within<'a>(
        &'a self,
        envelopes: &'a [Envelope],
        timeout: Duration,
    ) -> BoxFuture<'a, Vec<Publication>> {
        Box::pin(async move {
            let deadline = Instant::now() + timeout;
            let mut confirms = Vec::with_capacity(envelopes.len());
            for envelope in envelopes {
                // A broker that blocks publishers lets them wait here.
                match timeout_at(deadline, self.send(envelope)).await {
                    Ok(Ok(confirm)) => confirms.push(confirm),
                    Ok(Err(_)) | Err(_) => break,
                }
            }
            let mut results = join_all(confirms.into_iter().map(|confirm| timeout_at(deadline, confirm)))
                .await
                .into_iter()
                .map(|confirm| match confirm {
                    // A mandatory message without a queue is returned inside its confirm.
                    Ok(Ok(confirm)) if !confirm.is_ack() => Publication::Refused,
                    Ok(Ok(confirm)) => match confirm.take_message() {
                        Some(_) => Publication::Unroutable,
                        None => Publication::Taken,
                    },
                    Ok(Err(_)) | Err(_) => Publication::Unconfirmed,
                })
                .collect::<Vec<_>>();
            results.resize(envelopes.len(), Publication::Unconfirmed);
            results
        })
    }

    async fn send(&self, envelope: &Envelope) -> lapin::Result<PublisherConfirm> {
        let mandatory = BasicPublishOptions {
            mandatory: true,
            ..Default::default()
        };
        let body = envelope.data.to_string();
        let (exchange, key) = (broker::exchange(&self.prefix), envelope.event_type.as_str().into());
        let properties = broker::properties(envelope, &self.link.user);
        self.link
            .channel
            .basic_publish(exchange, key, mandatory, body.as_bytes(), properties)
            .await
    }

    /// Whether connection and channel are open.
    pub fn connected(&self) -> bool {
        self.link.connection.status().connected() && self.link.channel.status().connected()
    }

    /// Closes the connection.
    pub async fn close(&self) {
        self.link.close("stopping").await;
    }
}
