//! Consent decisions, published by ehr-proxy.

use crate::{
    AppState,
    actions::record_consent::{self, RecordConsentError},
};
use mc_access::RequestContext;
use mc_contracts::{Envelope, Queue, topology};
use mc_mailbox::Verdict;

/// ehr-proxy's consents.
pub const QUEUE: Queue = topology::BILLING_CONSENTS;

/// Applies one event.
pub async fn handle(state: &AppState, envelope: Envelope) -> Verdict {
    let context = RequestContext::for_event(&envelope, QUEUE.name, &state.clock);
    match record_consent::execute(&context, state, &envelope).await {
        Ok(()) => Verdict::Done,
        Err(RecordConsentError::Malformed) => Verdict::Reject("not a consent"),
        Err(RecordConsentError::Store(error)) => Verdict::of(&error, "the consent cannot be stored"),
    }
}
