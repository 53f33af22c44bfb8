//! What eligibility does: one file a verb.

pub mod add_coverage;
pub mod get_coverage;
mod interpret;
pub mod query_payer;
mod record_verification;
pub mod verify_eligibility;

use crate::{AppState, domain::Coverage, store::coverages};
use mc_access::{Principal, RequestContext, tenancy::Transaction};
use mc_contracts::{Interaction, Outcome};
use mc_vocabulary::{CoverageId, Permission, Role};

/// Whether the caller may see the coverage: by permission, or because it is their own.
fn may_see(caller: &Principal, coverage: &Coverage) -> bool {
    caller.may(Permission::Coverage) || caller.is_self(&coverage.patient_id)
}

/// The purpose of use, as a code of v3-ActReason.
fn purpose(caller: &Principal) -> &'static str {
    if !caller.may(Permission::Coverage) {
        "PATRQT"
    } else if caller.has_role(Role::Doctor) {
        "TREAT"
    } else {
        "HPAYMT"
    }
}

/// The coverage and its sealed member, where the caller may see it. Otherwise None: the attempt is
/// on record, and the caller cannot distinguish it from a coverage that does not exist.
async fn find_for(
    context: &RequestContext,
    state: &AppState,
    mut transaction: Transaction,
    id: CoverageId,
    action: &str,
) -> Result<Option<(Coverage, Vec<u8>, Transaction)>, sqlx::Error> {
    let Some((coverage, member_sealed)) = coverages::find(&mut transaction, context.organization_id(), id).await?
    else {
        return Ok(None);
    };
    if may_see(context.caller(), &coverage) {
        return Ok(Some((coverage, member_sealed, transaction)));
    }
    let record = context
        .audit(action, Interaction::Read)
        .entity("Coverage", id)
        .patient(coverage.patient_id)
        .outcome(Outcome::Denied);
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    transaction.commit().await?;
    Ok(None)
}
