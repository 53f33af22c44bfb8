//! Health of the mailbox.

use crate::Mailbox;
use futures_util::future::BoxFuture;
use mc_chassis::{
    health::{Component, Status},
    pools::component,
};
use std::{sync::atomic::Ordering, time::Instant};

impl Mailbox {
    /// Health of the broker and the outbox. Neither is required: events wait in Postgres while the
    /// broker is away.
    pub fn components(&self) -> BoxFuture<'_, Vec<Component>> {
        Box::pin(async move {
            let started = Instant::now();
            let (status, detail) = if self.connected.load(Ordering::Relaxed) {
                (Status::Healthy, "connected")
            } else {
                (Status::Unhealthy, "not connected; events wait in the outbox")
            };
            let broker = component("broker", status, false, detail, started, &self.clock);
            let mut components = vec![broker, self.backlog().await.component.clone()];
            components.extend(self.dead_letters_component());
            components
        })
    }

    fn dead_letters_component(&self) -> Option<Component> {
        let (started, counts) = (Instant::now(), self.dead_letters.counts());
        if counts.is_empty() {
            return None;
        }
        let parts: Vec<_> = counts
            .iter()
            .filter_map(|(queue, count)| match count {
                Some(0) => None,
                Some(count) => Some(format!("{count} in {queue}.dead")),
                None => Some(format!("{queue}.dead cannot be counted")),
            })
            .collect();
        let (status, detail) = if parts.is_empty() {
            (Status::Healthy, "none".to_owned())
        } else {
            (Status::Degraded, parts.join(", "))
        };
        Some(component("dead_letters", status, false, detail, started, &self.clock))
    }
}
