//! What compliance keeps: a page of a kind, or one.

use crate::{
    AppState,
    actions::compliance::inventory::{InventoryError, OpenedRecord, describe, open},
    domain::RecordKind,
    store::compliance::inventory::{self, Filter},
};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;
use mc_vocabulary::RecordId;

/// Records of a kind, the newest first. The reading is on record.
///
/// # Errors
/// [`InventoryError`].
pub async fn list_records(
    state: &AppState,
    caller: &Principal,
    kind: RecordKind,
    wanted: &Filter,
    origin: &Origin,
) -> Result<Vec<OpenedRecord>, InventoryError> {
    let organization_id = caller.organization_id;
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let found = inventory::list(&mut transaction, organization_id.uuid(), kind, wanted).await?;
    let audit = state
        .mailbox
        .audit_of("audit.inventory.list", Interaction::Execute, caller, origin)
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

/// One record. The reading is on record.
///
/// # Errors
/// [`InventoryError`].
pub async fn get_record(
    state: &AppState,
    caller: &Principal,
    kind: RecordKind,
    id: RecordId,
    origin: &Origin,
) -> Result<OpenedRecord, InventoryError> {
    let organization_id = caller.organization_id;
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let record = inventory::find(&mut transaction, organization_id.uuid(), kind, id)
        .await?
        .ok_or(InventoryError::Unknown)?;
    let audit = state
        .mailbox
        .audit_of("audit.inventory.read", Interaction::Read, caller, origin);
    let audit = describe(audit, &record);
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &audit)
        .await?;
    transaction.commit().await?;
    open(state, organization_id, record).await
}
