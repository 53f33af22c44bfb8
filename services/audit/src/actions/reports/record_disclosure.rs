//! A disclosure of patient data that happened outside the system is written down, so that it can be accounted for (45 CFR 164.528).

use crate::{AppState, domain::report::disclosure::Exclusion};
use chrono::{DateTime, Utc};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_idempotency::{IdempotencyClaim, StoredResponse};
use mc_vocabulary::{EventId, PatientId};

/// What was disclosed.
pub struct RecordDisclosure {
    /// About whom.
    pub patient_id: PatientId,
    /// When.
    pub disclosed_at: DateTime<Utc>,
    /// To whom.
    pub recipient: String,
    /// Where it was sent.
    pub recipient_address: Option<String>,
    /// What, in a few words.
    pub description: String,
    /// Code of v3-ActReason.
    pub purpose: String,
    /// Why it need not be accounted for.
    pub basis: Option<Exclusion>,
    /// An agency has asked that the patient not be told before.
    pub suspended_until: Option<DateTime<Utc>>,
}

/// Writes it down, once for `claim`; `shape` gives the answer from the id under which it stands in the log.
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
