//! Domain facts as public events.

use mc_contracts::BreakerChanged;
use mc_upstream::BreakerChange;

/// A change of the breaker before a payer; upstream `payer_<name>`.
pub fn breaker_changed(change: &BreakerChange) -> BreakerChanged {
    BreakerChanged {
        upstream: change.upstream.clone(),
        from: change.from.as_str().to_owned(),
        to: change.to.as_str().to_owned(),
        at: change.at,
        reason: change.reason.to_owned(),
    }
}
