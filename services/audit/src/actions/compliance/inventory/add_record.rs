//! Adds a record.

use crate::{
    AppState,
    actions::compliance::inventory::{
        InventoryError, OpenedRecord, RecordText, describe, discovery_of, only_of_incidents, seal, within_notice,
    },
    domain::{RecordKind, RecordState, notice_due},
    store::compliance::inventory::{self, Record},
};
use chrono::{DateTime, Utc};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_idempotency::{IdempotencyClaim, StoredResponse};
use mc_vocabulary::{AlertId, RecordId, UserId};

/// A record to add.
pub struct AddRecord {
    /// Its kind.
    pub kind: RecordKind,
    /// Title and notes.
    pub words: RecordText,
    /// The account responsible for it.
    pub owner: Option<UserId>,
    /// For a training: the account that is trained.
    pub member: Option<UserId>,
    /// When it is due. For an incident by default, and at the latest, 60 days after discovery.
    pub due_at: Option<DateTime<Utc>>,
    /// The next record is due this number of months later.
    pub repeats_months: Option<i32>,
    /// For an incident: the alert it came from.
    pub alert_id: Option<AlertId>,
    /// For an incident: when it was discovered; by default when the alert was, or now.
    pub discovered_at: Option<DateTime<Utc>>,
    /// For an incident: the number of patients concerned.
    pub patients: Option<i64>,
}

/// Adds the record. `shape` makes the response, which is stored under `claim`.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    recorded: AddRecord,
    claim: &IdempotencyClaim,
    shape: impl FnOnce(OpenedRecord) -> StoredResponse,
) -> Result<StoredResponse, InventoryError> {
    let organization_id = context.organization_id();
    let now = state.clock.now();
    check(&recorded, now)?;
    let id = RecordId::new();
    let words_sealed = seal(state, organization_id, id, &recorded.words).await?;
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let discovered_at = match (recorded.kind, recorded.discovered_at, recorded.alert_id) {
        (RecordKind::Incidents, recorded, Some(alert_id)) => {
            let of_alert = discovery_of(&mut transaction, organization_id, alert_id).await?;
            Some(recorded.unwrap_or(of_alert))
        }
        (RecordKind::Incidents, recorded, None) => Some(recorded.unwrap_or(now)),
        _ => None,
    };
    let due_at = match discovered_at {
        Some(discovered_at) => {
            let due_at = recorded.due_at.unwrap_or_else(|| notice_due(discovered_at));
            Some(within_notice(due_at, discovered_at)?)
        }
        None => recorded.due_at,
    };
    let record = Record {
        id,
        tree: organization_id.uuid(),
        kind: recorded.kind,
        state: RecordState::Open,
        owner: recorded.owner.map(UserId::uuid),
        member: recorded.member.map(UserId::uuid),
        due_at,
        repeats_months: recorded.repeats_months,
        words_sealed,
        alert_id: recorded.alert_id.map(AlertId::uuid),
        discovered_at,
        patients: recorded.patients,
        reminded_days: None,
        added_at: now,
        completed_at: None,
        version: 1,
    };
    inventory::insert(&mut transaction, &record).await?;
    let audit = context.audit("audit.inventory.add", Interaction::Create);
    let audit = describe(audit, &record);
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &audit)
        .await?;
    let answer = shape(OpenedRecord {
        record,
        words: recorded.words,
    });
    claim.store(&mut transaction, &answer).await?;
    transaction.commit().await?;
    Ok(answer)
}

/// Checks the fields of the kind.
fn check(recorded: &AddRecord, now: DateTime<Utc>) -> Result<(), InventoryError> {
    let discovered = recorded.discovered_at.is_some();
    only_of_incidents(
        recorded.kind,
        [
            ("/alert_id", recorded.alert_id.is_some()),
            ("/discovered_at", discovered),
            ("/patients", recorded.patients.is_some()),
        ],
    )?;
    if recorded.member.is_some() != (recorded.kind == RecordKind::Trainings) {
        return Err(InventoryError::Field(
            "/member",
            "trainings, and only they, say who is trained",
        ));
    }
    if recorded.due_at.is_none() && recorded.kind != RecordKind::Incidents {
        return Err(InventoryError::Field("/due_at", "is missing"));
    }
    if recorded.discovered_at.is_some_and(|discovered_at| discovered_at > now) {
        return Err(InventoryError::Field("/discovered_at", "lies in the future"));
    }
    Ok(())
}
