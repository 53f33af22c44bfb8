//! Consumption in batches: the deliveries that are available are applied in one transaction, in
//! order of publication.

use crate::{Mailbox, Queue, broker};
use futures_util::{FutureExt, StreamExt, future::BoxFuture};
use lapin::{
    message::Delivery,
    options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions, BasicRejectOptions},
    types::FieldTable,
};
use mc_contracts::Envelope;
use std::{future::Future, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// How long a batch that is less than half full waits for more deliveries.
const LINGER: Duration = Duration::from_millis(10);

/// Result of handling a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchVerdict {
    /// Applied, now or before, except the listed events (index in the batch, cause), which can
    /// never be applied and go to the dead letters.
    Done(Vec<(usize, &'static str)>),
    /// A dependency is unavailable: the same batch is retried, later ones wait.
    Retry(&'static str),
}

/// What is done with a batch.
type Handler = Box<dyn Fn(Arc<Vec<Envelope>>) -> BoxFuture<'static, BatchVerdict> + Send + Sync>;

impl Mailbox {
    /// Consumes `queue` until `stopping`, at most `max_batch` envelopes at a time. Reconnects
    /// indefinitely.
    pub fn consume_in_batches<F, W>(
        self,
        queue: Queue,
        max_batch: u16,
        stopping: CancellationToken,
        handle: F,
    ) -> BoxFuture<'static, ()>
    where
        F: Fn(Arc<Vec<Envelope>>) -> W + Send + Sync + 'static,
        W: Future<Output = BatchVerdict> + Send + 'static,
    {
        let handle: Handler = Box::new(move |envelopes| Box::pin(handle(envelopes)));
        self.consume_in_batches_with(queue, max_batch, stopping, handle)
    }

    fn consume_in_batches_with(
        self,
        queue: Queue,
        max_batch: u16,
        stopping: CancellationToken,
        handle: Handler,
    ) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            let mut backoff = Duration::from_millis(100);
            while !stopping.is_cancelled() {
                if let Err(error) = self
                    .take_batches(queue, max_batch, &stopping, &handle, &mut backoff)
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

    async fn take_batches(
        &self,
        queue: Queue,
        max_batch: u16,
        stopping: &CancellationToken,
        handle: &Handler,
        backoff: &mut Duration,
    ) -> lapin::Result<()> {
        let name = format!("{} {}", self.service, queue.name);
        let (connection, channel) = broker::connect(&self.broker_url, &name).await?;
        broker::declare_exchange(&channel, &self.prefix).await?;
        broker::declare_queue(&channel, &self.prefix, queue).await?;
        // Prefetch two batches: the next one arrives while this one is committed.
        channel
            .basic_qos(max_batch.saturating_mul(2), BasicQosOptions::default())
            .await?;
        let deliveries = channel
            .basic_consume(
                format!("{}{}", self.prefix, queue.name).into(),
                self.service.into(),
                BasicConsumeOptions::default(),
                FieldTable::default(),
            )
            .await?;
        let mut batches = deliveries.ready_chunks(usize::from(max_batch));
        *backoff = Duration::from_millis(100);
        loop {
            let batch = tokio::select! {
                next = batches.next() => match next { Some(batch) => batch, None => return Ok(()) },
                () = stopping.cancelled() => {
                    let _ = connection.close(200, "stopping".into()).await;
                    return Ok(());
                }
            };
            let mut batch = batch.into_iter().collect::<lapin::Result<Vec<_>>>()?;
            // A commit costs as much for one event as for a hundred, so the batch waits a moment to
            // fill.
            if batch.len() < usize::from(max_batch) / 2 {
                tokio::time::sleep(LINGER).await;
                if let Some(Some(more)) = batches.next().now_or_never() {
                    batch.extend(more.into_iter().collect::<lapin::Result<Vec<_>>>()?);
                }
            }
            settle(queue, batch, stopping, handle).await?;
        }
    }
}

async fn settle(
    queue: Queue,
    batch: Vec<Delivery>,
    stopping: &CancellationToken,
    handle: &Handler,
) -> lapin::Result<()> {
    let mut deliveries = Vec::with_capacity(batch.len());
    let mut envelopes = Vec::with_capacity(batch.len());
    for delivery in batch {
        if let Some(envelope) = broker::envelope(&delivery) {
            envelopes.push(envelope);
            deliveries.push(delivery);
        } else {
            tracing::error!(
                queue.name = queue.name,
                "a delivery without a valid envelope goes to the dead letters"
            );
            delivery.reject(BasicRejectOptions { requeue: false }).await?;
        }
    }
    let Some(rejected) = apply(queue, Arc::new(envelopes), stopping, handle).await else {
        // Left unacknowledged: the broker redelivers them to the next process.
        return Ok(());
    };
    for (index, cause) in &rejected {
        if let Some(delivery) = deliveries.get(*index) {
            tracing::error!(queue.name = queue.name, cause, "an event goes to the dead letters");
            delivery.reject(BasicRejectOptions { requeue: false }).await?;
        }
    }
    // One acknowledgement for all remaining deliveries, up to the last.
    let last = (0..deliveries.len()).rfind(|index| !rejected.iter().any(|(rejected_index, _)| rejected_index == index));
    match last {
        Some(last) => deliveries[last].ack(BasicAckOptions { multiple: true }).await.map(drop),
        None => Ok(()),
    }
}

/// The rejected events; None if the process stops first.
async fn apply(
    queue: Queue,
    envelopes: Arc<Vec<Envelope>>,
    stopping: &CancellationToken,
    handle: &Handler,
) -> Option<Vec<(usize, &'static str)>> {
    let mut pause = Duration::from_millis(50);
    loop {
        match handle(Arc::clone(&envelopes)).await {
            BatchVerdict::Done(rejected) => return Some(rejected),
            BatchVerdict::Retry(cause) => {
                tracing::warn!(
                    queue.name = queue.name,
                    count = envelopes.len(),
                    cause,
                    "a batch of events cannot be applied yet; it is retried"
                );
                tokio::select! {
                    () = tokio::time::sleep(pause) => pause = (pause * 2).min(Duration::from_secs(2)),
                    () = stopping.cancelled() => return None,
                }
            }
        }
    }
}
