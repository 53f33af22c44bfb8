//! Stores a consent decision about being charged.

use crate::{AppState, store::consents};
use mc_access::{RequestContext, System, tenancy};
use mc_contracts::{ConsentDecision, ConsentPurpose, ConsentRecorded, Envelope};

/// Why a consent event was not applied.
#[derive(Debug, thiserror::Error)]
pub enum RecordConsentError {
    /// Not a consent, or without an organization.
    #[error("the event is not a consent of an organization")]
    Malformed,
    /// The database failed.
    #[error("the consent cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Applies a consent event once. Consents for treatment are ignored, and permits that name a user
/// or no visit: billing charges for a visit, whoever requests it.
///
/// # Errors
/// [`RecordConsentError::Malformed`] if the event can never be applied.
pub async fn execute(
    context: &RequestContext<System>,
    state: &AppState,
    envelope: &Envelope,
) -> Result<(), RecordConsentError> {
    let event: ConsentRecorded = envelope.event().map_err(|_| RecordConsentError::Malformed)?;
    let organization_id = context.tenant().ok_or(RecordConsentError::Malformed)?;
    let is_denial = event.decision == ConsentDecision::Deny;
    let applies = is_denial || (event.grantee.is_none() && event.encounter_id.is_some());
    if event.purpose != ConsentPurpose::Payment || !applies {
        return Ok(());
    }
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    if state
        .mailbox
        .is_first_delivery(&mut transaction, "billing.consents", envelope.id)
        .await?
    {
        match &event.encounter_id {
            Some(encounter_id) => {
                consents::update_latest(&mut transaction, organization_id, encounter_id, &event).await?;
            }
            None => consents::update_denial(&mut transaction, organization_id, &event).await?,
        }
        transaction.commit().await?;
    }
    Ok(())
}
