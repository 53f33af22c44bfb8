//! The state of every circuit breaker, published to the platform.

use mc_access::tenancy::{self, WorkerPool};
use mc_contracts::BreakerChanged;
use mc_mailbox::Mailbox;
use mc_upstream::BreakerChange;
use mc_vocabulary::OrganizationId;
use std::{collections::BTreeMap, time::Duration};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;

/// Delay before a change that could not be stored is stored again.
const RETRY: Duration = Duration::from_secs(1);

/// The owner of a breaker's upstream and its name in events, by the upstream's own name.
pub type BreakerSubject = fn(upstream: &str) -> (Option<OrganizationId>, String);

/// The default [`BreakerSubject`]: the platform's upstream, under its own name.
pub(crate) fn platform_upstream(upstream: &str) -> (Option<OrganizationId>, String) {
    (None, upstream.to_owned())
}

/// Stores each change in the outbox until `stopping`. A breaker reports its state when it is
/// created and whenever it changes. While the database is unavailable the newest state of each is
/// kept, so that the platform always receives the current one; the states in between are lost.
pub(crate) async fn publish_breaker_changes(
    worker_pool: WorkerPool,
    mailbox: Mailbox,
    subject: BreakerSubject,
    mut changes: UnboundedReceiver<BreakerChange>,
    stopping: CancellationToken,
) {
    let mut unpublished: BTreeMap<String, Vec<BreakerChange>> = BTreeMap::new();
    loop {
        if unpublished.is_empty() {
            tokio::select! {
                change = changes.recv() => match change {
                    Some(change) => keep(&mut unpublished, change),
                    None => return,
                },
                () = stopping.cancelled() => {}
            }
        }
        while let Ok(change) = changes.try_recv() {
            keep(&mut unpublished, change);
        }
        match publish(&worker_pool, &mailbox, subject, unpublished.values().flatten()).await {
            Ok(()) => unpublished.clear(),
            Err(error) => {
                tracing::warn!(error.message = %error, "breaker states are not published yet");
                // History may be lost, the current state not.
                for states in unpublished.values_mut() {
                    states.drain(..states.len() - 1);
                }
                tokio::select! {
                    () = tokio::time::sleep(RETRY) => {}
                    () = stopping.cancelled() => {}
                }
            }
        }
        if stopping.is_cancelled() {
            return;
        }
    }
}

fn keep(unpublished: &mut BTreeMap<String, Vec<BreakerChange>>, change: BreakerChange) {
    unpublished.entry(change.upstream.clone()).or_default().push(change);
}

/// Stores all of `changes` in one transaction, oldest first for each upstream.
async fn publish(
    worker_pool: &WorkerPool,
    mailbox: &Mailbox,
    subject: BreakerSubject,
    changes: impl Iterator<Item = &BreakerChange>,
) -> Result<(), sqlx::Error> {
    let mut transaction = tenancy::begin_as_platform(worker_pool).await?;
    for change in changes {
        let (organization_id, upstream) = subject(&change.upstream);
        let event = BreakerChanged {
            upstream,
            from: change.from.as_str().to_owned(),
            to: change.to.as_str().to_owned(),
            at: change.at,
            reason: change.reason.to_owned(),
        };
        mailbox.enqueue(&mut transaction, organization_id, &event).await?;
    }
    transaction.commit().await
}
