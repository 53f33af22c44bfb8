//! Tallies: how much each service reports as recorded.

use crate::{AppState, actions::compliance::reconcile_tally};
use mc_contracts::{Envelope, Queue, Tally, topology};
use mc_mailbox::Verdict;

/// Every service's tallies.
pub const QUEUE: Queue = topology::AUDIT_TALLIES;

/// Applies one tally.
pub async fn handle(state: &AppState, envelope: Envelope) -> Verdict {
    let Ok(tally) = envelope.event::<Tally>() else {
        return Verdict::Reject("not a tally");
    };
    match reconcile_tally::execute(state, envelope.id, &envelope.source, &tally).await {
        Ok(()) => Verdict::Done,
        Err(error) => Verdict::of(&error, "the tally cannot be compared"),
    }
}
