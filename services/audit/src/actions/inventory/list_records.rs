//! What compliance keeps: a page of a kind, or one.

use super::{InventoryError, Kept, describe, open};
use crate::{
    Desk,
    domain::RecordKind,
    store::inventory::{self, Wanted},
};
use mc_access::{Principal, wall};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;
use mc_vocabulary::RecordId;

/// Records of a kind, the newest first. The reading is on record.
///
/// # Errors
/// [`InventoryError`].
pub async fn list_records(
    desk: &Desk,
    caller: &Principal,
    kind: RecordKind,
    wanted: &Wanted,
    origin: &Origin,
) -> Result<Vec<Kept>, InventoryError> {
    let organization_id = caller.organization_id;
    let mut transaction = wall::begin(&desk.pool, organization_id).await?;
    let found = inventory::list(&mut transaction, organization_id.uuid(), kind, wanted).await?;
    let audit = desk
        .mailbox
        .audit_of("audit.inventory.list", Interaction::Execute, caller, origin)
        .entity("ComplianceRecord", kind.as_str())
        .detail("records_shown", found.len());
    desk.mailbox
        .post(&mut transaction, Some(organization_id), &audit)
        .await?;
    transaction.commit().await?;
    let mut kept = Vec::with_capacity(found.len());
    for record in found {
        kept.push(open(desk, organization_id, record).await?);
    }
    Ok(kept)
}

/// One record. The reading is on record.
///
/// # Errors
/// [`InventoryError`].
pub async fn show_record(
    desk: &Desk,
    caller: &Principal,
    kind: RecordKind,
    id: RecordId,
    origin: &Origin,
) -> Result<Kept, InventoryError> {
    let organization_id = caller.organization_id;
    let mut transaction = wall::begin(&desk.pool, organization_id).await?;
    let record = inventory::find(&mut transaction, organization_id.uuid(), kind, id)
        .await?
        .ok_or(InventoryError::Unknown)?;
    let audit = desk
        .mailbox
        .audit_of("audit.inventory.read", Interaction::Read, caller, origin);
    let audit = describe(audit, &record);
    desk.mailbox
        .post(&mut transaction, Some(organization_id), &audit)
        .await?;
    transaction.commit().await?;
    open(desk, organization_id, record).await
}
