//! Marks a record done; where it repeats, adds the next.

use crate::{
    AppState,
    actions::compliance::inventory::{InventoryError, OpenedRecord, describe, open, seal},
    domain::{RecordKind, RecordState, next_due},
    store::compliance::inventory::{self, Record},
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_idempotency::{IdempotencyClaim, StoredResponse};
use mc_vocabulary::RecordId;

/// A record to complete.
pub struct CompleteRecord {
    /// Its kind.
    pub kind: RecordKind,
    /// Its id.
    pub id: RecordId,
    /// Replaces the notes.
    pub notes: Option<String>,
}

/// A completed record, and the next one.
pub struct Completed {
    /// The completed record.
    pub done: OpenedRecord,
    /// The next record, where it repeats.
    pub next: Option<OpenedRecord>,
}

/// Marks the record done. `shape` makes the response, which is stored under `claim`.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    CompleteRecord { kind, id, notes }: CompleteRecord,
    claim: &IdempotencyClaim,
    shape: impl FnOnce(Completed) -> StoredResponse,
) -> Result<StoredResponse, InventoryError> {
    let organization_id = context.organization_id();
    let now = state.clock.now();
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let record = inventory::get_for_update(&mut transaction, organization_id.uuid(), kind, id)
        .await?
        .ok_or(InventoryError::Unknown)?;
    if record.state != RecordState::Open {
        return Err(InventoryError::Concluded);
    }
    let mut done = open(state, organization_id, record).await?;
    let next = follow(state, &done, now).await?;
    done.record.state = RecordState::Done;
    done.record.completed_at = Some(now);
    done.record.version += 1;
    if notes.is_some() {
        done.words.notes = notes;
        done.record.words_sealed = seal(state, organization_id, id, &done.words).await?;
    }
    inventory::update(&mut transaction, &done.record).await?;
    let audit = context.audit("audit.inventory.complete", Interaction::Update);
    let mut audits = vec![describe(audit, &done.record)];
    if let Some(next) = &next {
        inventory::insert(&mut transaction, &next.record).await?;
        let audit = context.audit("audit.inventory.add", Interaction::Create);
        audits.push(describe(audit, &next.record).detail("follows", id.to_string()));
    }
    for audit in &audits {
        state
            .mailbox
            .enqueue(&mut transaction, Some(organization_id), audit)
            .await?;
    }
    let answer = shape(Completed { done, next });
    claim.store(&mut transaction, &answer).await?;
    transaction.commit().await?;
    Ok(answer)
}

/// The record that follows, where it repeats.
async fn follow(
    state: &AppState,
    done: &OpenedRecord,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Option<OpenedRecord>, InventoryError> {
    let (Some(due_at), Some(months)) = (done.record.due_at, done.record.repeats_months) else {
        return Ok(None);
    };
    let Some(due_at) = next_due(due_at, months) else {
        return Ok(None);
    };
    let id = RecordId::new();
    let mut words = done.words.clone();
    words.notes = None;
    let record = Record {
        id,
        due_at: Some(due_at),
        words_sealed: seal(state, done.record.tree.into(), id, &words).await?,
        reminded_days: None,
        added_at: now,
        version: 1,
        ..done.record.clone()
    };
    Ok(Some(OpenedRecord { record, words }))
}
