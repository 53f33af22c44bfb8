//! Lists legal holds.

use crate::{AppState, domain::Hold, store::log::holds};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;

/// The holds of the caller's organization, those in force first.
pub async fn execute(context: &RequestContext, state: &AppState) -> Result<Vec<Hold>, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let holds = holds::list(&mut transaction, context.organization_id().uuid()).await?;
    let record = context.audit("audit.hold.list", Interaction::Read);
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    transaction.commit().await?;
    Ok(holds)
}
