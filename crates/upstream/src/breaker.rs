//! The breaker that calls share: the rules of `machine` behind a lock, announcing each change.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use mc_vocabulary::Clock;
use serde::Serialize;
use tokio::sync::mpsc::UnboundedSender;

pub use crate::machine::BreakerState;
use crate::{
    BreakerConfig,
    machine::{Change, Machine, Permit},
};

/// A change of state; the service makes an event of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakerChange {
    /// The upstream's name.
    pub upstream: String,
    /// The state before.
    pub from: BreakerState,
    /// The state now.
    pub to: BreakerState,
    /// When it changed.
    pub at: DateTime<Utc>,
    /// `started`, `failure_threshold`, `probe`, `probe_succeeded`, `probe_failed` or `forced`.
    pub reason: &'static str,
}

/// The breaker as health pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BreakerSnapshot {
    /// The state now.
    pub state: BreakerState,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Failed calls in a row.
    pub consecutive_failures: u32,
    /// The kind of the last failure, of any age.
    pub last_error_kind: Option<&'static str>,
    /// Held open by an operator.
    pub forced: bool,
}

#[derive(Debug)]
pub(crate) struct Breaker {
    upstream: String,
    machine: Mutex<Machine>,
    clock: Clock,
    changes: Option<UnboundedSender<BreakerChange>>,
}

impl Breaker {
    pub(crate) fn new(
        upstream: String,
        config: BreakerConfig,
        clock: Clock,
        changes: Option<UnboundedSender<BreakerChange>>,
    ) -> Self {
        let machine = Machine::new(config, clock.now());
        if let Some(changes) = &changes {
            // The state at start, so that the platform does not go on with one of an earlier process.
            let _ = changes.send(BreakerChange {
                upstream: upstream.clone(),
                from: machine.state,
                to: machine.state,
                at: machine.since,
                reason: "started",
            });
        }
        Self {
            upstream,
            machine: Mutex::new(machine),
            clock,
            changes,
        }
    }

    pub(crate) fn admit(self: &Arc<Self>) -> Result<Ticket, Duration> {
        let permit = self.change(|machine, now| match machine.admit(now) {
            Ok((permit, change)) => (Ok(permit), change),
            Err(wait) => (Err(wait), None),
        })?;
        Ok(Ticket {
            breaker: Arc::clone(self),
            permit,
        })
    }

    pub(crate) fn snapshot(&self) -> BreakerSnapshot {
        let machine = self.lock();
        BreakerSnapshot {
            state: machine.state,
            since: machine.since,
            consecutive_failures: machine.consecutive_failures,
            last_error_kind: machine.last_error_kind,
            forced: machine.forced,
        }
    }

    pub(crate) fn force_open(&self) {
        self.change(|machine, now| ((), machine.force_open(now)));
    }

    pub(crate) fn force_closed(&self) {
        self.change(|machine, now| ((), machine.force_closed(now)));
    }

    /// Applies one step and announces its change while the lock is held, so that changes arrive in their order.
    fn change<T>(&self, step: impl FnOnce(&mut Machine, DateTime<Utc>) -> (T, Option<Change>)) -> T {
        let mut machine = self.lock();
        let at = self.clock.now();
        let (value, change) = step(&mut machine, at);
        if let Some(Change { from, to, reason }) = change {
            let upstream = self.upstream.as_str();
            let (was, is) = (from.as_str(), to.as_str());
            tracing::warn!(
                upstream.name = upstream,
                breaker.from = was,
                breaker.to = is,
                reason,
                "breaker changed"
            );
            if let Some(changes) = &self.changes {
                // Nobody listens any more when the service is stopping.
                let _ = changes.send(BreakerChange {
                    upstream: upstream.to_owned(),
                    from,
                    to,
                    at,
                    reason,
                });
            }
        }
        value
    }

    fn lock(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to make one call. Dropped without a verdict (a cancelled call), it gives a probe's place back.
#[derive(Debug)]
pub(crate) struct Ticket {
    breaker: Arc<Breaker>,
    permit: Permit,
}

impl Ticket {
    /// Whether a retry may follow: never for a probe, and not once others have opened the breaker.
    pub(crate) fn may_continue(&self) -> bool {
        self.breaker.lock().state == BreakerState::Closed
    }

    pub(crate) fn succeed(self) {
        self.breaker
            .change(|machine, now| ((), machine.succeed(&self.permit, now)));
    }

    pub(crate) fn fail(self, kind: &'static str) {
        self.breaker
            .change(|machine, now| ((), machine.fail(&self.permit, kind, now)));
    }
}

impl Drop for Ticket {
    /// Harmless after a verdict: the verdict on a probe ended the permit's period.
    fn drop(&mut self) {
        self.breaker.lock().abandon(&self.permit);
    }
}
