//! The consumer: deliveries are applied in order and acknowledged only after their effect is
//! committed. One at a time here, several in one transaction in [`crate::batch`].

use crate::{BatchVerdict, Mailbox, batch::Handler};
use futures_util::{FutureExt, future::BoxFuture};
use mc_chassis::telemetry;
use mc_contracts::{Envelope, Queue};
use std::future::Future;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

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

impl Mailbox {
    /// Consumes `queue` until `stopping`. Reconnects indefinitely.
    pub fn consume<F, W>(self, queue: Queue, stopping: CancellationToken, handle: F) -> BoxFuture<'static, ()>
    where
        F: Fn(Envelope) -> W + Send + Sync + 'static,
        W: Future<Output = Verdict> + Send + 'static,
    {
        let handle: Handler = Box::new(move |envelopes| {
            let Some(envelope) = envelopes.first() else {
                return std::future::ready(BatchVerdict::Done(Vec::new())).boxed();
            };
            let span = tracing::info_span!("consume", otel.kind = "consumer", queue.name = queue.name, event.id = %envelope.id, event.r#type = %envelope.event_type);
            telemetry::continue_trace(&span, &envelope.trace);
            let handling = handle(envelope.clone()).instrument(span);
            Box::pin(async move {
                match handling.await {
                    Verdict::Done => BatchVerdict::Done(Vec::new()),
                    Verdict::Retry(cause) => BatchVerdict::Retry(cause),
                    Verdict::Reject(cause) => BatchVerdict::Reject(cause),
                }
            })
        });
        self.consume_with(queue, 1, stopping, handle)
    }
}
