//! Appends the audit records of all services.

use crate::{
    AppState,
    actions::log::append_events::{self, AppendEventsError},
};
use mc_contracts::{Envelope, Queue, topology};
use mc_mailbox::BatchVerdict;

/// Every service's audit records, in the order in which they were published.
pub const QUEUE: Queue = topology::AUDIT_LOG;

/// Maximum number of events in one transaction.
pub const BATCH: u16 = 2_000;

/// Applies a batch.
pub async fn handle(state: &AppState, envelopes: &[Envelope]) -> BatchVerdict {
    match append_events::execute(state, envelopes).await {
        Ok(rejected) => BatchVerdict::Done(rejected),
        Err(AppendEventsError::Store(error)) => BatchVerdict::of(&error, "the log cannot be appended to"),
        Err(AppendEventsError::Prepare(_)) => BatchVerdict::Retry("the events cannot be prepared now"),
        Err(error @ AppendEventsError::Damaged(_)) => {
            tracing::error!(error.message = %error, "nothing is appended to a damaged tree");
            BatchVerdict::Retry("the log is damaged")
        }
    }
}
