//! Reads one record.

use crate::{
    AppState,
    actions::compliance::inventory::{InventoryError, OpenedRecord, describe, open},
    domain::RecordKind,
    store::compliance::inventory,
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_vocabulary::RecordId;

/// Returns one record. The read is recorded.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    kind: RecordKind,
    id: RecordId,
) -> Result<OpenedRecord, InventoryError> {
    let organization_id = context.organization_id();
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let record = inventory::find(&mut transaction, organization_id.uuid(), kind, id)
        .await?
        .ok_or(InventoryError::Unknown)?;
    let audit = context.audit("audit.inventory.read", Interaction::Read);
    let audit = describe(audit, &record);
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &audit)
        .await?;
    transaction.commit().await?;
    open(state, organization_id, record).await
}
