//! Stores a consent decision about being charged.

use crate::{AppState, store::consents};
use mc_access::{RequestContext, System, tenancy};
use mc_contracts::{ConsentPurpose, ConsentRecorded, Envelope};

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

/// Applies a consent event once. Consents for treatment, and those without a visit, are ignored.
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
    let (ConsentPurpose::Payment, Some(encounter_id)) = (event.purpose, &event.encounter_id) else {
        return Ok(());
    };
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    if state
        .mailbox
        .is_first_delivery(&mut transaction, "billing.consents", envelope.id)
        .await?
    {
        consents::update_latest(&mut transaction, organization_id, encounter_id, &event).await?;
        transaction.commit().await?;
    }
    Ok(())
}
