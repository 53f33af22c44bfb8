//! Reads a coverage without its member.

use crate::{AppState, domain::Coverage};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_vocabulary::CoverageId;

pub(crate) const ACTION: &str = "insurance.coverage.read";

/// The coverage; None where there is none that the caller may see. The read is on record before the
/// coverage is returned.
///
/// # Errors
/// Where the coverage cannot be read or the read cannot be recorded.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    id: CoverageId,
) -> Result<Option<Coverage>, sqlx::Error> {
    let transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let found = super::find_for(context, state, transaction, id, ACTION).await?;
    let Some((coverage, _, mut transaction)) = found else {
        return Ok(None);
    };
    let record = context
        .audit(ACTION, Interaction::Read)
        .entity("Coverage", id)
        .patient(coverage.patient_id.clone())
        .purpose(super::purpose(context.caller()))
        .validated(true);
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    transaction.commit().await?;
    Ok(Some(coverage))
}
