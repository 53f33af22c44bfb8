//! Consent decisions, published by ehr-proxy.

use crate::{
    AppState,
    actions::record_consent::{self, RecordConsentError},
};
use mc_access::RequestContext;
use mc_contracts::Envelope;
use mc_mailbox::{Queue, Verdict};

/// ehr-proxy's consents.
pub const QUEUE: Queue = Queue {
    name: "billing.consents",
    bindings: &["ehr-proxy.consent.recorded.v1"],
    ordered: false,
};

/// Applies one event.
pub async fn handle(state: &AppState, envelope: Envelope) -> Verdict {
    let context = RequestContext::for_event(&envelope, QUEUE.name, &state.clock);
    match record_consent::execute(&context, state, &envelope).await {
        Ok(()) => Verdict::Done,
        Err(RecordConsentError::Malformed) => Verdict::Reject("not a consent"),
        Err(RecordConsentError::Store(_)) => Verdict::Retry("the consent cannot be stored now"),
    }
}
