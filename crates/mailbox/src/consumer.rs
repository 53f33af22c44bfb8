//! The consumer: one delivery at a time, in order, acknowledged only after its effect is committed.

use crate::{Mailbox, broker};
use futures_util::{StreamExt, future::BoxFuture};
use lapin::{
    message::Delivery,
    options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions, BasicRejectOptions},
    types::FieldTable,
};
use mc_chassis::telemetry;
use mc_contracts::Envelope;
use std::{future::Future, time::Duration};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// A queue and its bindings.
#[derive(Debug, Clone, Copy)]
pub struct Queue {
    /// `<consumer>.<purpose>`: `audit.log`. Its dead letters are in `<name>.dead`.
    pub name: &'static str,
    /// Routing keys; `*` matches one word.
    pub bindings: &'static [&'static str],
    /// Whether only one of several processes consumes at a time, so that events are applied in the
    /// order of publication.
    pub ordered: bool,
}

/// Result of handling a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Applied, now or before.
    Done,
    /// A dependency is unavailable: the same delivery is retried, later ones wait.
    Retry(&'static str),
    /// It can never be applied; it goes to the dead letters.
    Reject(&'static str),
}

/// What is done with a delivery.
type Handler = Box<dyn Fn(Envelope) -> BoxFuture<'static, Verdict> + Send + Sync>;

impl Mailbox {
    /// Consumes `queue` until `stopping`. Reconnects indefinitely.
    pub fn consume<F, W>(self, queue: Queue, stopping: CancellationToken, handle: F) -> BoxFuture<'static, ()>
    where
        F: Fn(Envelope) -> W + Send + Sync + 'static,
        W: Future<Output = Verdict> + Send + 'static,
    {
        self.consume_with(queue, stopping, Box::new(move |envelope| Box::pin(handle(envelope))))
    }

    fn consume_with(self, queue: Queue, stopping: CancellationToken, handle: Handler) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            let mut backoff = Duration::from_millis(100);
            while !stopping.is_cancelled() {
                if let Err(error) = self
                    .consume_while_connected(queue, &stopping, &handle, &mut backoff)
                    .await
                {
                    tracing::warn!(queue.name = queue.name, error.message = %error, "the consumer failed; it reconnects");
                }
                tokio::select! {
                    () = tokio::time::sleep(backoff) => backoff = (backoff * 2).min(Duration::from_secs(3)),
                    () = stopping.cancelled() => return,
                }
            }
        })
    }

    async fn consume_while_connected(
        &self,
        queue: Queue,
        stopping: &CancellationToken,
        handle: &Handler,
        backoff: &mut Duration,
    ) -> lapin::Result<()> {
        let (connection, channel) =
            broker::connect(&self.broker_url, &format!("{} {}", self.service, queue.name)).await?;
        broker::declare_exchange(&channel, &self.prefix).await?;
        broker::declare_queue(&channel, &self.prefix, queue).await?;
        channel.basic_qos(64, BasicQosOptions::default()).await?;
        let name = format!("{}{}", self.prefix, queue.name);
        let mut deliveries = channel
            .basic_consume(
                name.into(),
                self.service.into(),
                BasicConsumeOptions::default(),
                FieldTable::default(),
            )
            .await?;
        *backoff = Duration::from_millis(100);
        loop {
            let delivery = tokio::select! {
                next = deliveries.next() => match next { Some(delivery) => delivery?, None => return Ok(()) },
                () = stopping.cancelled() => {
                    let _ = connection.close(200, "stopping".into()).await;
                    return Ok(());
                }
            };
            self.settle(queue, delivery, stopping, handle).await?;
        }
    }

    async fn settle(
        &self,
        queue: Queue,
        delivery: Delivery,
        stopping: &CancellationToken,
        handle: &Handler,
    ) -> lapin::Result<()> {
        let Some(envelope) = broker::envelope(&delivery) else {
            tracing::error!(
                queue.name = queue.name,
                "a delivery without a readable envelope goes to the dead letters"
            );
            return delivery.reject(BasicRejectOptions { requeue: false }).await.map(drop);
        };
        let mut pause = Duration::from_millis(50);
        loop {
            let span = tracing::info_span!("consume", otel.kind = "consumer", queue.name = queue.name, event.id = %envelope.id, event.r#type = %envelope.event_type);
            telemetry::continue_trace(&span, &envelope.trace);
            match handle(envelope.clone()).instrument(span).await {
                Verdict::Done => return delivery.ack(BasicAckOptions::default()).await.map(drop),
                Verdict::Reject(cause) => {
                    tracing::error!(queue.name = queue.name, event.id = %envelope.id, cause, "an event goes to the dead letters");
                    return delivery.reject(BasicRejectOptions { requeue: false }).await.map(drop);
                }
                Verdict::Retry(cause) => {
                    tracing::warn!(queue.name = queue.name, event.id = %envelope.id, cause, "an event cannot be applied yet; it is retried");
                    tokio::select! {
                        () = tokio::time::sleep(pause) => pause = (pause * 2).min(Duration::from_secs(2)),
                        // Left unacknowledged: the broker redelivers it to the next process.
                        () = stopping.cancelled() => return Ok(()),
                    }
                }
            }
        }
    }
}
