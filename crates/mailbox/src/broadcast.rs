//! Broadcasts: events that every process of every service must hear.
//!
//! They are read from a stream, not from a queue, so that every process gets each of them, needs no
//! right to declare anything, and also hears what was published shortly before it started. Hearing
//! an event again must have no effect: there is no inbox.

use crate::{Mailbox, broker};
use chrono::TimeDelta;
use futures_util::{StreamExt, future::BoxFuture};
use lapin::{options::BasicAckOptions, types::AMQPValue};
use mc_contracts::{Envelope, topology::BROADCAST};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// How far back a process hears when it starts or reconnects: longer than an access token holds.
const MEMORY: TimeDelta = TimeDelta::minutes(20);

/// Silence after which everything that was published earlier has been heard.
const CAUGHT_UP_AFTER: Duration = Duration::from_millis(250);

/// Whether this process hears what is broadcast.
#[derive(Debug, Clone, Default)]
pub struct Hearing(Arc<AtomicBool>);

impl Hearing {
    /// True while the broker is connected and everything published in the last twenty minutes was
    /// heard. A connection on which packets are dropped is noticed after at most twenty seconds.
    pub fn is_current(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self, current: bool) {
        self.0.store(current, Ordering::Relaxed);
    }
}

/// What is done with a broadcast event.
type Handler = Box<dyn Fn(&Envelope) + Send + Sync>;

impl Mailbox {
    /// Calls `handle` with every broadcast event until `stopping`, and with those of the last
    /// twenty minutes again whenever it connects. `hearing` says whether it is connected.
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
                hearing.set(false);
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
                () = tokio::time::sleep(CAUGHT_UP_AFTER), if !hearing.is_current() => {
                    hearing.set(true);
                    continue;
                }
                () = stopping.cancelled() => {
                    stream.close().await;
                    return Ok(());
                }
            };
            match broker::envelope(&delivery, |event_type| BROADCAST.takes(event_type)) {
                Ok(envelope) => handle(&envelope),
                Err(cause) => tracing::error!(cause, "a broadcast message is ignored"),
            }
            delivery.ack(BasicAckOptions::default()).await?;
        }
    }
}
