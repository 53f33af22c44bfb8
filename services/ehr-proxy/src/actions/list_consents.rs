//! What a patient has decided so far.

use super::record_consent::may_record;
use crate::{AppState, domain::Consent, store::consents};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;
use mc_vocabulary::{ConsentId, PatientId};

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum ListConsentsError {
    /// Neither the patient nor somebody who writes decisions down.
    #[error("the caller reads no decisions of this patient")]
    InvalidReader,
    /// The store.
    #[error("decisions cannot be read")]
    Store(#[from] sqlx::Error),
}

/// The newest `limit` decisions from before the one named, newest first. The look is recorded, and the refusal of one.
///
/// # Errors
/// [`ListConsentsError`].
pub async fn list_consents(
    state: &AppState,
    patient_id: &PatientId,
    before: Option<ConsentId>,
    limit: u16,
    caller: &Principal,
    origin: &Origin,
) -> Result<Vec<Consent>, ListConsentsError> {
    let record = state
        .mailbox
        .audit_of("ehr.consent.list", Interaction::Read, caller, origin)
        .entity("Patient", patient_id)
        .patient(patient_id.clone());
    if !may_record(caller, patient_id) {
        let refusal = record.detail("reason", "role").validated(false);
        state.mailbox.record_refusal(caller, refusal).await?;
        return Err(ListConsentsError::InvalidReader);
    }
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    let found = consents::list(
        &mut transaction,
        caller.organization_id,
        patient_id,
        before,
        limit.into(),
    )
    .await?;
    let record = record.detail("count", found.len()).validated(true);
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(found)
}
