//! Lists records.

use crate::{
    AppState,
    actions::compliance::inventory::{InventoryError, OpenedRecord, open},
    domain::RecordKind,
    store::compliance::inventory::{self, Filter},
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;

/// Returns records of one kind, newest first. The read is recorded.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    kind: RecordKind,
    wanted: &Filter,
) -> Result<Vec<OpenedRecord>, InventoryError> {
    let organization_id = context.organization_id();
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let found = inventory::list(&mut transaction, organization_id.uuid(), kind, wanted).await?;
    let audit = context
        .audit("audit.inventory.list", Interaction::Execute)
        .entity("ComplianceRecord", kind.as_str())
        .detail("records_shown", found.len());
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &audit)
        .await?;
    transaction.commit().await?;
    let mut kept = Vec::with_capacity(found.len());
    for record in found {
        kept.push(open(state, organization_id, record).await?);
    }
    Ok(kept)
}
