//! The number of dead letters of each queue, counted by one task over one connection. Health,
//! alarms and metrics read the last count.

use crate::{
    Mailbox,
    broker::{self, Link},
};
use futures_util::future::BoxFuture;
use lapin::{Channel, options::QueueDeclareOptions, types::FieldTable};
use mc_contracts::Queue;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// How often they are counted.
const INTERVAL: Duration = Duration::from_secs(5);

/// The last count of each queue that is watched; None while the broker is unavailable.
#[derive(Debug, Default)]
pub(crate) struct DeadLetters(Mutex<BTreeMap<&'static str, Option<u32>>>);

impl DeadLetters {
    fn set(&self, queue: Queue, count: Option<u32>) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.insert(queue.name, count);
    }

    pub(crate) fn counts(&self) -> Vec<(&'static str, Option<u32>)> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|(name, count)| (*name, *count)).collect()
    }
}

impl Mailbox {
    /// Counts the dead letters of `queues` every five seconds until `stopping`.
    pub fn watch_dead_letters(self, queues: &'static [Queue], stopping: CancellationToken) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            let gauge = opentelemetry::global::meter("medconnect")
                .u64_gauge("mailbox.dead_letters")
                .with_description("dead letters of a queue")
                .build();
            let mut link: Option<Link> = None;
            while !stopping.is_cancelled() {
                if link.as_ref().is_none_or(|link| !link.connection.status().connected()) {
                    let name = format!("{} dead letters", self.service);
                    link = broker::connect(&self.broker_url, &name).await.ok();
                }
                for queue in queues {
                    let count = match &link {
                        Some(link) => count(link, &format!("{}{}", self.prefix, queue.dead_letters())).await,
                        None => None,
                    };
                    self.dead_letters.set(*queue, count);
                    if let Some(count) = count {
                        gauge.record(u64::from(count), &[opentelemetry::KeyValue::new("queue", queue.name)]);
                    }
                }
                tokio::select! {
                    () = tokio::time::sleep(INTERVAL) => {}
                    () = stopping.cancelled() => {}
                }
            }
            if let Some(link) = link {
                link.close("stopping").await;
            }
        })
    }

    /// Number of dead letters of `queue` at the last count, which is at most seconds old; None if
    /// the broker is unavailable, or the queue is not watched.
    pub fn dead_letters(&self, queue: Queue) -> Option<u32> {
        let counts = self.dead_letters.counts();
        counts.into_iter().find(|(name, _)| *name == queue.name)?.1
    }
}

async fn count(link: &Link, name: &str) -> Option<u32> {
    // On a channel of its own: asking for a queue that does not exist closes the channel.
    let channel = link.connection.create_channel().await.ok()?;
    let count = count_on(&channel, name).await;
    let _ = channel.close(200, "done".into()).await;
    count
}

pub(crate) async fn count_on(channel: &Channel, name: &str) -> Option<u32> {
    let passive = QueueDeclareOptions {
        passive: true,
        ..Default::default()
    };
    let found = channel.queue_declare(name.into(), passive, FieldTable::default()).await;
    found.ok().map(|queue| queue.message_count())
}
