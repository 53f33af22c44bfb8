//! Returns the patient of an event. It needs a permission of its own and a reason.

use crate::{AppState, store::log::events};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_keyring::SealsError;
use mc_vocabulary::{EventId, PatientId};

/// Why the action was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum UnmaskEventError {
    /// No such event in the organization, or it is not about a patient.
    #[error("no event about a patient")]
    Unknown,
    /// The sealed id cannot be opened.
    #[error("the patient's id cannot be opened")]
    Seal(#[from] SealsError),
    /// The opened value is not an id.
    #[error("what was sealed is no patient's id")]
    Damaged,
    /// The store failed.
    #[error("the log cannot be read")]
    Store(#[from] sqlx::Error),
}

/// The patient's id. The unmasking is recorded before it returns.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    event_id: EventId,
    justification: &str,
) -> Result<PatientId, UnmaskEventError> {
    let organization_id = context.organization_id();
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let sealed = events::find_patient_sealed(&mut transaction, organization_id.uuid(), event_id)
        .await?
        .ok_or(UnmaskEventError::Unknown)?;
    let opened = state
        .seals
        .open(organization_id, "events.patient", event_id, &sealed)
        .await?;
    let patient_id: PatientId = std::str::from_utf8(&opened)
        .ok()
        .and_then(|id| id.parse().ok())
        .ok_or(UnmaskEventError::Damaged)?;
    let record = context
        .audit("audit.event.unmask", Interaction::Read)
        .entity("AuditEvent", event_id)
        .patient(patient_id.clone())
        .purpose("HOPERAT")
        .justified(justification)
        .validated(true);
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(patient_id)
}
