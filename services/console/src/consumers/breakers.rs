//! Changes of circuit breakers, published by every service.

use crate::{
    AppState,
    actions::record_breaker_change::{self, RecordBreakerChangeError},
};
use mc_access::RequestContext;
use mc_contracts::{Envelope, Queue, topology};
use mc_mailbox::Verdict;

/// Every service's breakers.
pub const QUEUE: Queue = topology::CONSOLE_BREAKERS;

/// Applies one event.
pub async fn handle(state: &AppState, envelope: Envelope) -> Verdict {
    let context = RequestContext::for_event(&envelope, QUEUE.name, &state.clock);
    match record_breaker_change::execute(&context, state, &envelope).await {
        Ok(()) => Verdict::Done,
        Err(RecordBreakerChangeError::Malformed) => Verdict::Reject("not a change of a breaker"),
        Err(RecordBreakerChangeError::Store(error)) => Verdict::of(&error, "the change cannot be stored"),
    }
}
