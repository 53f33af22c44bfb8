//! A coverage without its member.

use crate::{AppState, domain::Coverage};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;
use mc_vocabulary::CoverageId;

const ACTION: &str = "insurance.coverage.read";

/// The coverage; None where there is none for this caller. The reading is on record before the answer.
///
/// # Errors
/// The database's.
pub async fn get_coverage(
    state: &AppState,
    caller: &Principal,
    id: CoverageId,
    origin: &Origin,
) -> Result<Option<Coverage>, sqlx::Error> {
    let transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    let found = super::find_for(state, transaction, caller, id, ACTION, origin).await?;
    let Some((coverage, _, mut transaction)) = found else {
        return Ok(None);
    };
    let record = state
        .mailbox
        .audit_of(ACTION, Interaction::Read, caller, origin)
        .entity("Coverage", id)
        .patient(coverage.patient_id.clone())
        .purpose(super::purpose(caller))
        .validated(true);
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(Some(coverage))
}
