//! The ends of sessions, as auth broadcasts them to every process.

use mc_access::{Revocations, Verifier};
use mc_contracts::{AccessRevoked, Envelope};
use mc_mailbox::{Hearing, Mailbox};
use mc_vocabulary::Clock;
use std::{future::Future, sync::Arc};
use tokio_util::sync::CancellationToken;

/// The event of [`AccessRevoked`], which only auth may publish.
const ACCESS_REVOKED: &str = "auth.access.revoked.v1";

/// A verifier that rejects tokens of ended sessions, and the task by which it hears of them.
///
/// # Errors
/// If the HTTP client for queries to auth cannot be built.
pub fn hear_of_ends(
    verifier: Verifier,
    mailbox: Mailbox,
    stopping: CancellationToken,
) -> anyhow::Result<(Verifier, impl Future<Output = ()> + Send + 'static)> {
    let (revocations, hearing) = (Arc::new(Revocations::default()), Hearing::default());
    let (heard, clock) = (Arc::clone(&revocations), verifier.clock().clone());
    let task = mailbox.broadcasts(stopping, hearing.clone(), move |envelope| {
        record(&heard, envelope, &clock);
    });
    let verifier = verifier.rejecting_ended_sessions(revocations, move || hearing.is_current())?;
    Ok((verifier, task))
}

fn record(revocations: &Revocations, envelope: &Envelope, clock: &Clock) {
    if envelope.event_type != ACCESS_REVOKED {
        return;
    }
    match envelope.event::<AccessRevoked>() {
        Ok(end) => revocations.record(end.session_id, end.expires_at.timestamp(), clock.now().timestamp()),
        Err(error) => {
            tracing::error!(event.id = %envelope.id, error.message = %error, "the end of a session is unreadable");
        }
    }
}
