//! One file a verb, one transaction each.

pub mod add_coverage;
pub mod ask_payer;
pub mod get_coverage;
pub mod publish_breaker_change;
mod record_verification;
pub mod verify_eligibility;

use crate::{AppState, domain::Coverage, store::coverages};
use mc_access::Principal;
use mc_chassis::http::Origin;
use mc_contracts::{Interaction, Outcome};
use mc_vocabulary::{CoverageId, Permission, Role};
use sqlx::{Postgres, Transaction};

/// Whether the caller may see the coverage: by permission, or because it is their own.
fn may_see(caller: &Principal, coverage: &Coverage) -> bool {
    caller.may(Permission::Coverage) || caller.is_self(&coverage.patient_id)
}

/// Why they look, as a code of v3-ActReason.
fn purpose(caller: &Principal) -> &'static str {
    if !caller.may(Permission::Coverage) {
        "PATRQT"
    } else if caller.has_role(Role::Doctor) {
        "TREAT"
    } else {
        "HPAYMT"
    }
}

/// The coverage, where the caller may see it. Where they may not, the attempt is on record and there is no such coverage for them.
async fn find_for(
    state: &AppState,
    mut transaction: Transaction<'static, Postgres>,
    caller: &Principal,
    id: CoverageId,
    action: &str,
    origin: &Origin,
) -> Result<Option<(Coverage, Vec<u8>, Transaction<'static, Postgres>)>, sqlx::Error> {
    let Some((coverage, member_sealed)) = coverages::find(&mut transaction, id).await? else {
        return Ok(None);
    };
    if may_see(caller, &coverage) {
        return Ok(Some((coverage, member_sealed, transaction)));
    }
    let record = state
        .mailbox
        .audit_of(action, Interaction::Read, caller, origin)
        .entity("Coverage", id)
        .patient(coverage.patient_id)
        .outcome(Outcome::Denied);
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(None)
}
