//! Records a disclosure made outside the system, so that it can be accounted for (45 CFR 164.528).

use crate::{AppState, domain::report::disclosure::Exclusion};
use chrono::{DateTime, Utc};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_idempotency::{IdempotencyClaim, StoredResponse};
use mc_vocabulary::{EventId, PatientId};

/// A disclosure.
pub struct RecordDisclosure {
    /// The patient.
    pub patient_id: PatientId,
    /// When it was made.
    pub disclosed_at: DateTime<Utc>,
    /// The recipient.
    pub recipient: String,
    /// The recipient's address.
    pub recipient_address: Option<String>,
    /// What was disclosed, in a few words.
    pub description: String,
    /// Purpose: code of v3-ActReason.
    pub purpose: String,
    /// Why it is not accounted for.
    pub basis: Option<Exclusion>,
    /// Until when an agency has requested that the patient not be informed.
    pub suspended_until: Option<DateTime<Utc>>,
}

/// Records it. `shape` makes the response from its id; the response is stored under `claim`.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    command: RecordDisclosure,
    claim: &IdempotencyClaim,
    shape: impl FnOnce(EventId) -> StoredResponse,
) -> Result<StoredResponse, sqlx::Error> {
    let id = EventId::new();
    let mut record = context
        .audit("audit.disclosure.record", Interaction::Read)
        .entity("Disclosure", id)
        .patient(command.patient_id)
        .purpose(&command.purpose)
        .detail("recipient", command.recipient)
        .detail("description", command.description);
    record.occurred_at = command.disclosed_at;
    if let Some(address) = command.recipient_address {
        record = record.detail("recipient_address", address);
    }
    if let Some(basis) = command.basis.and_then(Exclusion::basis) {
        record = record.detail("basis", basis);
    }
    if let Some(until) = command.suspended_until {
        record = record.detail("suspended_until", until.to_rfc3339());
    }
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    let answer = shape(id);
    claim.store(&mut transaction, &answer).await?;
    transaction.commit().await?;
    Ok(answer)
}
