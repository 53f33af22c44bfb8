//! The rules of the breaker as a pure state machine: time is an argument, a change of state the
//! result.

use chrono::{DateTime, Utc};
use serde::Serialize;
use std::time::Duration;

use crate::BreakerConfig;

/// State of a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakerState {
    /// Calls are allowed.
    Closed,
    /// Calls are refused.
    Open,
    /// One probe is allowed; its result decides.
    HalfOpen,
}

impl BreakerState {
    /// `CLOSED`, `OPEN` or `HALF_OPEN`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "CLOSED",
            Self::Open => "OPEN",
            Self::HalfOpen => "HALF_OPEN",
        }
    }
}

/// The right to make one call. It is bound to the period of the state in which it was given: a
/// result that arrives after the state has changed is out of date and ignored.
#[derive(Debug)]
pub(crate) struct Permit {
    period: u64,
    probe: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) from: BreakerState,
    pub(crate) to: BreakerState,
    pub(crate) reason: &'static str,
}

#[derive(Debug)]
pub(crate) struct StateMachine {
    config: BreakerConfig,
    pub(crate) state: BreakerState,
    pub(crate) since: DateTime<Utc>,
    pub(crate) consecutive_failures: u32,
    pub(crate) last_error_kind: Option<&'static str>,
    pub(crate) forced: bool,
    period: u64,
    probing: bool,
}

impl StateMachine {
    pub(crate) fn new(config: BreakerConfig, now: DateTime<Utc>) -> Self {
        Self {
            config,
            state: BreakerState::Closed,
            since: now,
            consecutive_failures: 0,
            last_error_kind: None,
            forced: false,
            period: 0,
            probing: false,
        }
    }

    /// Allows a call, or returns the time to wait. The change is the step from open to half-open.
    pub(crate) fn admit(&mut self, now: DateTime<Utc>) -> Result<(Permit, Option<Change>), Duration> {
        let change = match self.state {
            BreakerState::Closed => {
                return Ok((
                    Permit {
                        period: self.period,
                        probe: false,
                    },
                    None,
                ));
            }
            BreakerState::HalfOpen if self.probing => return Err(Duration::from_secs(1)),
            BreakerState::HalfOpen => None,
            BreakerState::Open => {
                // A clock that was set back must not keep the breaker open for longer than one
                // period.
                self.since = self.since.min(now);
                let wait = self.wait(now);
                if self.forced || !wait.is_zero() {
                    return Err(wait.max(Duration::from_secs(1)));
                }
                Some(self.go(BreakerState::HalfOpen, "probe", now))
            }
        };
        self.probing = true;
        Ok((
            Permit {
                period: self.period,
                probe: true,
            },
            change,
        ))
    }

    /// Time until a call may be allowed; None if one is allowed now.
    pub(crate) fn suspended_for(&self, now: DateTime<Utc>) -> Option<Duration> {
        match self.state {
            BreakerState::Closed => None,
            BreakerState::HalfOpen => self.probing.then_some(Duration::from_secs(1)),
            BreakerState::Open if self.forced => Some(self.wait(now).max(Duration::from_secs(1))),
            BreakerState::Open => Some(self.wait(now)).filter(|wait| !wait.is_zero()),
        }
    }

    /// The call succeeded.
    pub(crate) fn succeed(&mut self, permit: &Permit, now: DateTime<Utc>) -> Option<Change> {
        if permit.period != self.period {
            return None;
        }
        self.consecutive_failures = 0;
        permit
            .probe
            .then(|| self.go(BreakerState::Closed, "probe_succeeded", now))
    }

    /// The call failed.
    pub(crate) fn fail(&mut self, permit: &Permit, kind: &'static str, now: DateTime<Utc>) -> Option<Change> {
        if permit.period != self.period {
            return None;
        }
        self.last_error_kind = Some(kind);
        self.consecutive_failures = self.consecutive_failures.saturating_add(1);
        if permit.probe {
            return Some(self.go(BreakerState::Open, "probe_failed", now));
        }
        let enough = self.consecutive_failures >= self.config.failure_threshold;
        enough.then(|| self.go(BreakerState::Open, "failure_threshold", now))
    }

    /// The call ended without a result for the breaker; the place of a probe becomes free.
    pub(crate) fn abandon(&mut self, permit: &Permit) {
        if permit.period == self.period && permit.probe {
            self.probing = false;
        }
    }

    /// Opens until [`StateMachine::force_closed`].
    pub(crate) fn force_open(&mut self, now: DateTime<Utc>) -> Option<Change> {
        let change = (self.state != BreakerState::Open).then(|| self.go(BreakerState::Open, "forced", now));
        self.forced = true;
        change
    }

    /// Closes and resets the count of failures; the rules then apply as usual.
    pub(crate) fn force_closed(&mut self, now: DateTime<Utc>) -> Option<Change> {
        self.forced = false;
        self.consecutive_failures = 0;
        (self.state != BreakerState::Closed).then(|| self.go(BreakerState::Closed, "forced", now))
    }

    /// Remaining open time.
    fn wait(&self, now: DateTime<Utc>) -> Duration {
        let open = Duration::from_millis(self.config.open_ms);
        open.saturating_sub((now - self.since).to_std().unwrap_or_default())
    }

    fn go(&mut self, to: BreakerState, reason: &'static str, now: DateTime<Utc>) -> Change {
        let from = self.state;
        self.state = to;
        self.since = now;
        self.period += 1;
        self.probing = false;
        Change { from, to, reason }
    }
}

#[cfg(test)]
mod tests;
