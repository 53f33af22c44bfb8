//! What a patient has decided so far.

use super::record_consent::may_record;
use crate::{Desk, domain::Consent, store::consents};
use mc_access::{Principal, wall};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;
use mc_vocabulary::{ConsentId, PatientId};

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum ListConsentsError {
    /// Neither the patient nor somebody who writes decisions down.
    #[error("the caller reads no decisions of this patient")]
    NotAReader,
    /// The store.
    #[error("decisions cannot be read")]
    Store(#[from] sqlx::Error),
}

/// The newest `limit` decisions from before the one named, newest first. The look is recorded, and the refusal of one.
///
/// # Errors
/// [`ListConsentsError`].
pub async fn list_consents(
    desk: &Desk,
    patient_id: &PatientId,
    before: Option<ConsentId>,
    limit: u16,
    caller: &Principal,
    origin: &Origin,
) -> Result<Vec<Consent>, ListConsentsError> {
    let record = desk
        .mailbox
        .audit_of("ehr.consent.list", Interaction::Read, caller, origin)
        .entity("Patient", patient_id)
        .patient(patient_id.clone());
    if !may_record(caller, patient_id) {
        let refusal = record.detail("reason", "role").validated(false);
        desk.mailbox.post_refusal(caller, refusal).await?;
        return Err(ListConsentsError::NotAReader);
    }
    let mut transaction = wall::begin(&desk.pool, caller.organization_id).await?;
    let found = consents::list(
        &mut transaction,
        caller.organization_id,
        patient_id,
        before,
        limit.into(),
    )
    .await?;
    let record = record.detail("count", found.len()).validated(true);
    desk.mailbox
        .post(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(found)
}
