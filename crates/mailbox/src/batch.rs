//! Consumption in batches: the deliveries that are available are applied in one transaction, in
//! order of publication.
//!
//! A batch that cannot be applied now is retried. After [`crate::Mailbox`]'s patience the consumer
//! gives its deliveries back and ends its subscription, and goes on trying with the events that it
//! has read: it holds no delivery longer than the broker allows, and the broker does not count
//! attempts of a healthy event as failures of it. Once the batch is applied the consumer subscribes
//! again; the inbox recognizes what was applied.

use crate::{Mailbox, broker};
use futures_util::{FutureExt, StreamExt, future::BoxFuture};
use lapin::{
    message::Delivery,
    options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions, BasicRejectOptions},
    types::FieldTable,
};
use mc_contracts::{Envelope, Queue};
use std::{future::Future, sync::Arc, time::Duration};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long a batch that is less than half full waits for more deliveries.
const LINGER: Duration = Duration::from_millis(10);

/// Minimum number of deliveries that the broker sends ahead of acknowledgements.
const MIN_PREFETCH: u16 = 64;

/// Result of handling a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchVerdict {
    /// Applied, now or before, except the listed events (index in the batch, cause), which can
    /// never be applied and go to the dead letters.
    Done(Vec<(usize, &'static str)>),
    /// A dependency is unavailable: the same batch is retried, later ones wait.
    Retry(&'static str),
    /// It can never be applied as a whole: its events are applied one by one, and one that is
    /// rejected alone goes to the dead letters.
    Reject(&'static str),
}

/// How long a batch may take to be applied. Longer than any statement: what takes longer waits for
/// an answer on a connection that was lost without a word.
const HANDLE_LIMIT: Duration = Duration::from_mins(5);

/// What is done with a batch.
pub(crate) type Handler = Box<dyn Fn(Arc<Vec<Envelope>>) -> BoxFuture<'static, BatchVerdict> + Send + Sync>;

/// What became of a batch.
enum Applied {
    /// Committed, except these (index in the batch, cause).
    Except(Vec<(usize, &'static str)>),
    /// Not yet, and longer than the consumer's patience.
    NotYet,
    /// The process stops first.
    Stopped,
}

/// Why a subscription ended.
enum Ended {
    Stopped,
    Closed,
    /// These events cannot be applied yet.
    Waiting(Arc<Vec<Envelope>>),
}

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
        self.consume_with(queue, max_batch, stopping, handle)
    }

    pub(crate) fn consume_with(
        self,
        queue: Queue,
        max_batch: u16,
        stopping: CancellationToken,
        handle: Handler,
    ) -> BoxFuture<'static, ()> {
        let consumer = Consumer {
            mailbox: self,
            queue,
            max_batch,
            stopping,
            handle,
        };
        Box::pin(async move { consumer.run().await })
    }
}

struct Consumer {
    mailbox: Mailbox,
    queue: Queue,
    max_batch: u16,
    stopping: CancellationToken,
    handle: Handler,
}

impl Consumer {
    async fn run(self) {
        let mut backoff = Duration::from_millis(100);
        loop {
            match self.subscribe(&mut backoff).await {
                Ok(Ended::Stopped) => return,
                Ok(Ended::Waiting(batch)) => {
                    tracing::warn!(
                        queue.name = self.queue.name,
                        "the consumer gives its deliveries back until they can be applied"
                    );
                    // What is rejected now is rejected again when it is delivered again.
                    if let Applied::Stopped = self.apply(&batch, None).await {
                        return;
                    }
                    continue;
                }
                Ok(Ended::Closed) => {}
                Err(error) => {
                    tracing::warn!(queue.name = self.queue.name, error.message = %error, "the consumer failed; it reconnects");
                }
            }
            tokio::select! {
                () = tokio::time::sleep(backoff) => backoff = (backoff * 2).min(Duration::from_secs(3)),
                () = self.stopping.cancelled() => return,
            }
        }
    }

    /// Applies deliveries until the connection ends or a batch has to wait.
    async fn subscribe(&self, backoff: &mut Duration) -> lapin::Result<Ended> {
        let (mailbox, queue) = (&self.mailbox, self.queue);
        let name = format!("{} {}", mailbox.service, queue.name);
        let link = broker::connect(&mailbox.broker_url, &name).await?;
        // Prefetch two batches: the next one arrives while this one is committed.
        let prefetch = self.max_batch.saturating_mul(2).max(MIN_PREFETCH);
        link.channel.basic_qos(prefetch, BasicQosOptions::default()).await?;
        let deliveries = link
            .channel
            .basic_consume(
                format!("{}{}", mailbox.prefix, queue.name).into(),
                mailbox.service.into(),
                BasicConsumeOptions::default(),
                FieldTable::default(),
            )
            .await?;
        let mut batches = deliveries.ready_chunks(usize::from(self.max_batch));
        *backoff = Duration::from_millis(100);
        loop {
            let batch = tokio::select! {
                next = batches.next() => match next { Some(batch) => batch, None => return Ok(Ended::Closed) },
                () = self.stopping.cancelled() => {
                    link.close("stopping").await;
                    return Ok(Ended::Stopped);
                }
            };
            let mut batch = batch.into_iter().collect::<lapin::Result<Vec<_>>>()?;
            // A commit costs as much for one event as for a hundred, so the batch waits a moment to
            // fill.
            if batch.len() < usize::from(self.max_batch) / 2 {
                tokio::time::sleep(LINGER).await;
                if let Some(Some(more)) = batches.next().now_or_never() {
                    batch.extend(more.into_iter().collect::<lapin::Result<Vec<_>>>()?);
                }
            }
            if let Some(ended) = self.settle(batch).await? {
                // Unacknowledged deliveries return to the queue, or go to the next process.
                link.close("waiting").await;
                return Ok(ended);
            }
        }
    }

    /// Applies and acknowledges a batch. Some(..) if it is left unacknowledged.
    async fn settle(&self, batch: Vec<Delivery>) -> lapin::Result<Option<Ended>> {
        let mut deliveries = Vec::with_capacity(batch.len());
        let mut envelopes = Vec::with_capacity(batch.len());
        for delivery in batch {
            match broker::envelope(&delivery, |event_type| self.queue.takes(event_type)) {
                Ok(envelope) => {
                    envelopes.push(envelope);
                    deliveries.push(delivery);
                }
                Err(cause) => self.reject(&delivery, cause).await?,
            }
        }
        let envelopes = Arc::new(envelopes);
        let rejected = match self.apply(&envelopes, Some(self.mailbox.limits.patience)).await {
            Applied::Except(rejected) => rejected,
            Applied::NotYet => return Ok(Some(Ended::Waiting(envelopes))),
            Applied::Stopped => return Ok(Some(Ended::Stopped)),
        };
        for (index, cause) in &rejected {
            if let Some(delivery) = deliveries.get(*index) {
                self.reject(delivery, cause).await?;
            }
        }
        // One acknowledgement for all remaining deliveries, up to the last.
        let is_rejected = |index: usize| rejected.iter().any(|(rejected, _)| *rejected == index);
        if let Some(last) = (0..deliveries.len()).rfind(|index| !is_rejected(*index)) {
            deliveries[last].ack(BasicAckOptions { multiple: true }).await?;
        }
        Ok(None)
    }

    async fn reject(&self, delivery: &Delivery, cause: &str) -> lapin::Result<()> {
        let id = delivery.properties.message_id().as_ref().map(ToString::to_string);
        tracing::error!(
            queue.name = self.queue.name,
            event.id = id,
            cause,
            "an event goes to the dead letters"
        );
        delivery.reject(BasicRejectOptions { requeue: false }).await.map(drop)
    }

    /// Applies a batch; `patience` None: for as long as it takes.
    async fn apply(&self, envelopes: &Arc<Vec<Envelope>>, patience: Option<Duration>) -> Applied {
        let (mut pause, started) = (Duration::from_millis(50), Instant::now());
        loop {
            let handled = tokio::time::timeout(HANDLE_LIMIT, (self.handle)(Arc::clone(envelopes))).await;
            let cause = match handled.unwrap_or(BatchVerdict::Retry("it took too long and was ended")) {
                BatchVerdict::Done(rejected) => return Applied::Except(rejected),
                BatchVerdict::Reject(cause) if envelopes.len() == 1 => return Applied::Except(vec![(0, cause)]),
                BatchVerdict::Reject(_) => return Box::pin(self.apply_one_by_one(envelopes, patience)).await,
                BatchVerdict::Retry(cause) => cause,
            };
            tracing::warn!(
                queue.name = self.queue.name,
                count = envelopes.len(),
                cause,
                "events cannot be applied yet; they are retried"
            );
            if patience.is_some_and(|patience| started.elapsed() + pause > patience) {
                return Applied::NotYet;
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(Duration::from_secs(2)),
                () = self.stopping.cancelled() => return Applied::Stopped,
            }
        }
    }

    async fn apply_one_by_one(&self, envelopes: &[Envelope], patience: Option<Duration>) -> Applied {
        let mut rejected = Vec::new();
        for (index, envelope) in envelopes.iter().enumerate() {
            match self.apply(&Arc::new(vec![envelope.clone()]), patience).await {
                Applied::Except(one) => rejected.extend(one.into_iter().map(|(_, cause)| (index, cause))),
                unfinished => return unfinished,
            }
        }
        Applied::Except(rejected)
    }
}
