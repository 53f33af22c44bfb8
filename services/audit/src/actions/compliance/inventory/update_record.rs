//! Changes or cancels a record.

use crate::{
    AppState,
    actions::compliance::inventory::{
        InventoryError, OpenedRecord, describe, discovery_of, only_of_incidents, open, seal, within_notice,
    },
    domain::{RecordKind, RecordState, notice_due},
    store::compliance::inventory::{self, Record},
};
use chrono::{DateTime, Utc};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_vocabulary::{AlertId, RecordId, UserId};

/// A change; absent fields stay as they are.
#[derive(Default)]
pub struct UpdateRecord {
    /// The version that the caller has read; None: any.
    pub if_match: Option<i64>,
    /// Its title.
    pub title: Option<String>,
    /// Its notes.
    pub notes: Option<String>,
    /// The account responsible from now on.
    pub owner: Option<UserId>,
    /// When it is due; resets the reminders.
    pub due_at: Option<DateTime<Utc>>,
    /// For an incident: the alert it came from.
    pub alert_id: Option<AlertId>,
    /// For an incident: when it was discovered.
    pub discovered_at: Option<DateTime<Utc>>,
    /// For an incident: the number of patients concerned.
    pub patients: Option<i64>,
    /// Whether to cancel it.
    pub cancelled: bool,
}

/// Changes the record.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    (kind, id): (RecordKind, RecordId),
    change: UpdateRecord,
) -> Result<OpenedRecord, InventoryError> {
    let organization_id = context.organization_id();
    only_of_incidents(
        kind,
        [
            ("/alert_id", change.alert_id.is_some()),
            ("/discovered_at", change.discovered_at.is_some()),
            ("/patients", change.patients.is_some()),
        ],
    )?;
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let record = inventory::get_for_update(&mut transaction, organization_id.uuid(), kind, id)
        .await?
        .ok_or(InventoryError::Unknown)?;
    if let Some(alert_id) = change.alert_id {
        discovery_of(&mut transaction, organization_id, alert_id).await?;
    }
    let mut kept = open(state, organization_id, record).await?;
    kept.record = changed(kept.record, &change, state.clock.now())?;
    if let Some(title) = change.title {
        kept.words.title = title;
    }
    kept.words.notes = change.notes.or(kept.words.notes);
    kept.record.words_sealed = seal(state, organization_id, id, &kept.words).await?;
    inventory::update(&mut transaction, &kept.record).await?;
    let audit = context.audit("audit.inventory.update", Interaction::Update);
    let audit = describe(audit, &kept.record);
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &audit)
        .await?;
    transaction.commit().await?;
    Ok(kept)
}

/// The record after the change.
fn changed(mut record: Record, change: &UpdateRecord, now: DateTime<Utc>) -> Result<Record, InventoryError> {
    if change.if_match.is_some_and(|seen| seen != record.version) {
        return Err(InventoryError::VersionMismatch);
    }
    if record.state != RecordState::Open {
        return Err(InventoryError::Concluded);
    }
    let before = record.due_at;
    if let Some(discovered_at) = change.discovered_at {
        if discovered_at > now {
            return Err(InventoryError::Field("/discovered_at", "lies in the future"));
        }
        record.discovered_at = Some(discovered_at);
        record.due_at = Some(notice_due(discovered_at));
    }
    if let Some(due_at) = change.due_at {
        record.due_at = Some(match record.discovered_at {
            Some(discovered_at) => within_notice(due_at, discovered_at)?,
            None => due_at,
        });
    }
    if record.due_at != before {
        record.reminded_days = None;
    }
    record.owner = change.owner.map(UserId::uuid).or(record.owner);
    record.alert_id = change.alert_id.map(AlertId::uuid).or(record.alert_id);
    record.patients = change.patients.or(record.patients);
    if change.cancelled {
        record.state = RecordState::Cancelled;
        record.completed_at = Some(now);
    }
    record.version += 1;
    Ok(record)
}
