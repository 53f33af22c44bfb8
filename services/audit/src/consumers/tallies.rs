//! Tallies: how much each service reports as recorded.

use crate::{AppState, actions::compliance::reconcile_tally};
use mc_contracts::{Envelope, Tally};
use mc_mailbox::{Queue, Verdict};

/// Every service's tallies.
pub const QUEUE: Queue = Queue {
    name: "audit.tallies",
    bindings: &["*.audit.tallied.v1"],
    ordered: false,
};

/// Applies one tally.
pub async fn handle(state: &AppState, envelope: Envelope) -> Verdict {
    let Ok(tally) = envelope.event::<Tally>() else {
        return Verdict::Reject("not a tally");
    };
    match reconcile_tally::execute(state, envelope.id, &envelope.source, &tally).await {
        Ok(()) => Verdict::Done,
        Err(_) => Verdict::Retry("the tally cannot be compared now"),
    }
}
