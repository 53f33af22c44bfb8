//! Domain facts as public events.

use mc_contracts::BreakerChanged;
use mc_upstream::{BreakerChange, BreakerState};

/// A change of the breaker before a payer; upstream `payer_<name>`.
pub fn breaker_changed(change: &BreakerChange) -> BreakerChanged {
    BreakerChanged {
        upstream: change.upstream.clone(),
        from: state(change.from).to_owned(),
        to: state(change.to).to_owned(),
        at: change.at,
        reason: change.reason.to_owned(),
    }
}

/// A breaker's state as events and health pages write it.
pub fn state(state: BreakerState) -> &'static str {
    match state {
        BreakerState::Closed => "CLOSED",
        BreakerState::Open => "OPEN",
        BreakerState::HalfOpen => "HALF_OPEN",
    }
}
