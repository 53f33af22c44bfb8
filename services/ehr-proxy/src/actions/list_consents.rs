//! Lists a patient's consent decisions.

use super::record_consent::may_record;
use crate::{AppState, domain::Consent, store::consents};
use mc_access::{RequestContext, tenancy};
use mc_contracts::{Interaction, Outcome};
use mc_vocabulary::{ConsentId, PatientId};

/// Why the decisions were not listed.
#[derive(Debug, thiserror::Error)]
pub enum ListConsentsError {
    /// Neither the patient nor a role that records decisions.
    #[error("the caller may not read decisions of this patient")]
    InvalidReader,
    /// The store failed.
    #[error("decisions cannot be read")]
    Store(#[from] sqlx::Error),
}

/// The newest `limit` decisions older than `before`, newest first. The read, or its refusal, is
/// recorded.
///
/// # Errors
/// [`ListConsentsError`].
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    patient_id: &PatientId,
    before: Option<ConsentId>,
    limit: u16,
) -> Result<Vec<Consent>, ListConsentsError> {
    let record = context
        .audit("ehr.consent.list", Interaction::Read)
        .entity("Patient", patient_id)
        .patient(patient_id.clone());
    let organization_id = context.organization_id();
    if !may_record(context.caller(), patient_id) {
        let refusal = record
            .detail("reason", "role")
            .validated(false)
            .outcome(Outcome::Denied);
        state.mailbox.enqueue_now(Some(organization_id), &refusal).await?;
        return Err(ListConsentsError::InvalidReader);
    }
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let found = consents::list(&mut transaction, organization_id, patient_id, before, limit.into()).await?;
    let record = record.detail("count", found.len()).validated(true);
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(found)
}
