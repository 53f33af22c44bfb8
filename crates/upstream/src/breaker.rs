//! The breaker shared by all calls: the rules of `state` behind a mutex, with every change
//! published.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use mc_vocabulary::Clock;
use serde::Serialize;
use tokio::sync::mpsc::UnboundedSender;

pub use crate::state::BreakerState;
use crate::{
    BreakerConfig,
    state::{Change, Permit, StateMachine},
};

/// A change of state, published by the service as an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakerChange {
    /// Name of the upstream.
    pub upstream: String,
    /// Previous state.
    pub from: BreakerState,
    /// New state.
    pub to: BreakerState,
    /// Time of the change.
    pub at: DateTime<Utc>,
    /// `started`, `failure_threshold`, `probe`, `probe_succeeded`, `probe_failed` or `forced`.
    pub reason: &'static str,
}

/// The breaker as shown by health checks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BreakerSnapshot {
    /// Current state.
    pub state: BreakerState,
    /// Time of the last change of state.
    pub since: DateTime<Utc>,
    /// Number of consecutive failed calls.
    pub consecutive_failures: u32,
    /// Kind of the last failure, however long ago.
    pub last_error_kind: Option<&'static str>,
    /// Whether an operator holds it open.
    pub forced: bool,
}

#[derive(Debug)]
pub(crate) struct Breaker {
    upstream: String,
    machine: Mutex<StateMachine>,
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
        let machine = StateMachine::new(config, clock.now());
        if let Some(changes) = &changes {
            // Reports the state at start, which replaces the last state of an earlier process.
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

    pub(crate) fn suspended_for(&self) -> Option<Duration> {
        self.lock().suspended_for(self.clock.now())
    }

    pub(crate) fn force_open(&self) {
        self.change(|machine, now| ((), machine.force_open(now)));
    }

    pub(crate) fn force_closed(&self) {
        self.change(|machine, now| ((), machine.force_closed(now)));
    }

    /// Applies one step and publishes its change while the lock is held, so that changes keep their
    /// order.
    fn change<T>(&self, step: impl FnOnce(&mut StateMachine, DateTime<Utc>) -> (T, Option<Change>)) -> T {
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
                // The receiver is gone when the service is stopping.
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

    fn lock(&self) -> MutexGuard<'_, StateMachine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to make one call. Dropped without a result (a cancelled call), it frees the place of a
/// probe.
#[derive(Debug)]
pub(crate) struct Ticket {
    breaker: Arc<Breaker>,
    permit: Permit,
}

impl Ticket {
    /// Whether a retry may follow: not for a probe, and not once other calls have opened the
    /// breaker.
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
    /// No effect after a result, which ended the permit's period.
    fn drop(&mut self) {
        self.breaker.lock().abandon(&self.permit);
    }
}
