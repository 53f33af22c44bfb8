//! The inventory of compliance. One file per verb.

pub mod add_record;
pub mod complete_record;
pub mod get_record;
pub mod list_records;
pub mod remind_due;
pub mod update_record;

use crate::{
    AppState,
    domain::RecordKind,
    store::compliance::{cases, inventory::Record},
};
use chrono::{DateTime, Utc};
use mc_contracts::AuditRecord;
use mc_keyring::SealsError;
use mc_vocabulary::{AlertId, OrganizationId, RecordId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

/// The column that the text is sealed for.
const COLUMN: &str = "inventory.words";

/// The text of a record; stored sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordText {
    /// Its title.
    pub title: String,
    /// Its notes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// A record with its text.
pub struct OpenedRecord {
    /// The stored record.
    pub record: Record,
    /// Its opened text.
    pub words: RecordText,
}

/// Why the action was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum InventoryError {
    /// Not in this organization, or of another kind.
    #[error("no such record")]
    Unknown,
    /// It was changed since the caller read it.
    #[error("the record is at another version")]
    VersionMismatch,
    /// It is done or cancelled.
    #[error("the record is concluded")]
    Concluded,
    /// A field is missing, or records of this kind do not have it: place and fault.
    #[error("{0}: {1}")]
    Field(&'static str, &'static str),
    /// Sealing or opening failed.
    #[error("the words cannot be sealed or opened")]
    Seal(#[from] SealsError),
    /// The opened text has another form.
    #[error("the words cannot be read")]
    Damaged(#[from] serde_json::Error),
    /// The store failed.
    #[error("the inventory cannot be reached")]
    Store(#[from] sqlx::Error),
}

async fn seal(
    state: &AppState,
    organization_id: OrganizationId,
    id: RecordId,
    words: &RecordText,
) -> Result<Vec<u8>, InventoryError> {
    let bytes = serde_json::to_vec(words)?;
    Ok(state.seals.seal(organization_id, COLUMN, id, &bytes).await?)
}

async fn open(
    state: &AppState,
    organization_id: OrganizationId,
    record: Record,
) -> Result<OpenedRecord, InventoryError> {
    let opened = state
        .seals
        .open(organization_id, COLUMN, record.id, &record.words_sealed)
        .await?;
    Ok(OpenedRecord {
        words: serde_json::from_slice(&opened)?,
        record,
    })
}

/// Adds which record it is about, without its text.
fn describe(audit: AuditRecord, record: &Record) -> AuditRecord {
    audit
        .entity("ComplianceRecord", record.id)
        .detail("kind", record.kind.as_str())
        .detail("state", record.state.as_str())
        .detail("due_at", record.due_at.map(|due| due.to_rfc3339()))
        .detail("alert_id", record.alert_id.map(|id| id.to_string()))
        .detail("version", record.version)
}

/// When the case of an incident was discovered; [`InventoryError::Field`] where the organization
/// has no such case.
///
/// # Errors
/// [`InventoryError::Field`] where the organisation has no such case.
async fn discovery_of(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    alert_id: AlertId,
) -> Result<DateTime<Utc>, InventoryError> {
    let case = cases::find(connection, organization_id.uuid(), alert_id).await?;
    case.map(|case| case.discovered_at)
        .ok_or(InventoryError::Field("/alert_id", "there is no such alert"))
}

/// Checks the latest due date of an incident.
fn within_notice(due_at: DateTime<Utc>, discovered_at: DateTime<Utc>) -> Result<DateTime<Utc>, InventoryError> {
    if due_at > crate::domain::notice_due(discovered_at) {
        return Err(InventoryError::Field(
            "/due_at",
            "later than 60 days after discovery (45 CFR 164.404(b))",
        ));
    }
    Ok(due_at)
}

/// Refuses fields that only incidents have.
fn only_of_incidents(kind: RecordKind, recorded: [(&'static str, bool); 3]) -> Result<(), InventoryError> {
    let wrong = recorded
        .into_iter()
        .find(|(_, recorded)| *recorded && kind != RecordKind::Incidents);
    wrong.map_or(Ok(()), |(place, _)| {
        Err(InventoryError::Field(place, "only incidents have this"))
    })
}
