//! The breaker's rules, pure: time comes in, a change of state goes out.

use chrono::{DateTime, Utc};
use serde::Serialize;
use std::time::Duration;

use crate::BreakerConfig;

/// What the breaker does with calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakerState {
    /// Calls go through.
    Closed,
    /// Calls are refused.
    Open,
    /// One probe is let through, and decides.
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

/// The right to make one call. It belongs to the period of state in which it was given: a verdict that comes after
/// the state has changed says nothing about the upstream now, and is ignored.
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
pub(crate) struct Machine {
    config: BreakerConfig,
    pub(crate) state: BreakerState,
    pub(crate) since: DateTime<Utc>,
    pub(crate) consecutive_failures: u32,
    pub(crate) last_error_kind: Option<&'static str>,
    pub(crate) forced: bool,
    period: u64,
    probing: bool,
}

impl Machine {
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

    /// Lets a call through, or says how long to wait. The change is the step from open to half-open.
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
                // A clock that was set back must not keep the breaker open for longer than one whole period.
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

    /// The upstream is well.
    pub(crate) fn succeed(&mut self, permit: &Permit, now: DateTime<Utc>) -> Option<Change> {
        if permit.period != self.period {
            return None;
        }
        self.consecutive_failures = 0;
        permit
            .probe
            .then(|| self.go(BreakerState::Closed, "probe_succeeded", now))
    }

    /// The upstream is unwell.
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

    /// The call ended without saying anything about the upstream; a probe gives its place to the next.
    pub(crate) fn abandon(&mut self, permit: &Permit) {
        if permit.period == self.period && permit.probe {
            self.probing = false;
        }
    }

    /// Opens until [`Machine::force_closed`].
    pub(crate) fn force_open(&mut self, now: DateTime<Utc>) -> Option<Change> {
        let change = (self.state != BreakerState::Open).then(|| self.go(BreakerState::Open, "forced", now));
        self.forced = true;
        change
    }

    /// Closes and forgets the failures; the rules then apply as usual.
    pub(crate) fn force_closed(&mut self, now: DateTime<Utc>) -> Option<Change> {
        self.forced = false;
        self.consecutive_failures = 0;
        (self.state != BreakerState::Closed).then(|| self.go(BreakerState::Closed, "forced", now))
    }

    /// What is left of the open time.
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
