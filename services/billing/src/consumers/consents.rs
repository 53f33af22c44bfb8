//! Patients' decisions, as ehr-proxy tells them.

use crate::{
    AppState,
    actions::record_consent::{RecordConsentError, record_consent},
};
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
    match record_consent(state, &envelope).await {
        Ok(()) => Verdict::Done,
        Err(RecordConsentError::Malformed) => Verdict::Reject("not a consent"),
        Err(RecordConsentError::Store(_)) => Verdict::Retry("the consent cannot be stored now"),
    }
}
