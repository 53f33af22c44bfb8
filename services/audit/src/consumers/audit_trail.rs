//! Everything that any service records.

use crate::{
    Desk,
    actions::append_event::{AppendEventError, append_event},
};
use mc_contracts::Envelope;
use mc_mailbox::{Queue, Verdict};

/// Every service's audit records.
pub const QUEUE: Queue = Queue {
    name: "audit.trail",
    bindings: &["*.audit.recorded.v1"],
};

/// Applies one event.
pub async fn handle(desk: &Desk, envelope: Envelope) -> Verdict {
    match append_event(desk, &envelope).await {
        Ok(()) => Verdict::Done,
        Err(AppendEventError::Malformed(_)) => Verdict::Reject("not an audit record"),
        Err(AppendEventError::Seal(_) | AppendEventError::Store(_)) => {
            Verdict::Retry("the log cannot be appended to now")
        }
    }
}
