//! Broadcasts: events that every process of every service must hear.
//!
//! They are read from a stream, not from a queue, so that every process gets each of them, needs no
//! right to declare anything, and also hears what was published shortly before it started. Hearing
//! an event again must have no effect: there is no inbox.

use crate::{Mailbox, broker, mark};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt, future::BoxFuture};
use lapin::{options::BasicAckOptions, types::AMQPValue};
use mc_contracts::{BroadcastMark, Envelope, topology::BROADCAST};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// How far back a process hears when it starts or reconnects: longer than an access token holds.
const MEMORY: TimeDelta = TimeDelta::minutes(20);

/// How old the last mark may be: marks come every second or two. Where the clocks of two machines
/// differ by more, a process counts as not hearing.
const MARK_HOLDS: TimeDelta = TimeDelta::seconds(4);

/// Whether this process hears what is broadcast.
#[derive(Debug, Clone, Default)]
pub struct Hearing(Arc<Mutex<Option<Instant>>>);

impl Hearing {
    /// True while everything that was to be broadcast up to a few seconds ago has been published
    /// and heard. False without the broker, and while the publisher is stopped or cannot publish.
    pub fn is_current(&self) -> bool {
        self.lock().is_some_and(|until| Instant::now() < until)
    }

    /// A mark of time `as_of` was heard at `now`.
    fn mark(&self, as_of: DateTime<Utc>, now: DateTime<Utc>) {
        let age = now - as_of;
        if age.abs() < MARK_HOLDS
            && let Ok(left) = (MARK_HOLDS - age.max(TimeDelta::zero())).to_std()
        {
            *self.lock() = Some(Instant::now() + left);
        }
    }

    fn lose(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is done with a broadcast event.
type Handler = Box<dyn Fn(&Envelope) + Send + Sync>;

impl Mailbox {
    /// Calls `handle` with every broadcast event until `stopping`, and with those of the last
    /// twenty minutes again whenever it connects. `hearing` says whether it hears them.
    pub fn broadcasts(
        self,
        stopping: CancellationToken,
        hearing: Hearing,
        handle: impl Fn(&Envelope) + Send + Sync + 'static,
    ) -> BoxFuture<'static, ()> {
        let handle: Handler = Box::new(handle);
        Box::pin(async move {
            let mut backoff = Duration::from_millis(100);
            while !stopping.is_cancelled() {
                let heard = self.hear(&stopping, &hearing, &handle, &mut backoff).await;
                hearing.lose();
                if let Err(error) = heard {
                    tracing::warn!(error.message = %error, "broadcasts are not heard; the subscription is renewed");
                }
                tokio::select! {
                    () = tokio::time::sleep(backoff) => backoff = (backoff * 2).min(Duration::from_secs(3)),
                    () = stopping.cancelled() => {}
                }
            }
        })
    }

    async fn hear(
        &self,
        stopping: &CancellationToken,
        hearing: &Hearing,
        handle: &Handler,
        backoff: &mut Duration,
    ) -> lapin::Result<()> {
        let stream = self.stream(&BROADCAST).await?;
        let since = (self.clock.now() - MEMORY).timestamp();
        let since = AMQPValue::Timestamp(u64::try_from(since).unwrap_or_default());
        let mut deliveries = stream.consume(since).await?;
        *backoff = Duration::from_millis(100);
        loop {
            let delivery = tokio::select! {
                next = deliveries.next() => match next { Some(delivery) => delivery?, None => return Ok(()) },
                () = stopping.cancelled() => {
                    stream.close().await;
                    return Ok(());
                }
            };
            match broker::envelope(&delivery, |event_type| BROADCAST.takes(event_type)) {
                Ok(envelope) if mark::is_mark(&envelope.event_type) => match envelope.event::<BroadcastMark>() {
                    Ok(mark) => hearing.mark(mark.as_of, self.clock.now()),
                    Err(error) => tracing::error!(error.message = %error, "a broadcast mark is unreadable"),
                },
                Ok(envelope) => handle(&envelope),
                Err(cause) => tracing::error!(cause, "a broadcast message is ignored"),
            }
            delivery.ack(BasicAckOptions::default()).await?;
        }
    }
}
