//! Remembers what a patient decided about being charged.

use crate::{AppState, store::consents};
use mc_access::tenancy;
use mc_contracts::{ConsentPurpose, ConsentRecorded, Envelope};

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum RecordConsentError {
    /// Not a consent, or nobody's.
    #[error("the event is no consent of an organisation")]
    Malformed,
    /// The store.
    #[error("the consent cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Applies a consent event once. Consents for treatment, or for no certain visit, are not billing's.
///
/// # Errors
/// [`RecordConsentError`].
pub async fn record_consent(state: &AppState, envelope: &Envelope) -> Result<(), RecordConsentError> {
    let event: ConsentRecorded = envelope.event().map_err(|_| RecordConsentError::Malformed)?;
    let organization_id = envelope.organization_id.ok_or(RecordConsentError::Malformed)?;
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
