//! Reads one case with its evidence and notes.

use crate::{
    AppState,
    store::compliance::{
        case_evidence::{self, Stored},
        case_notes,
        cases::{self, Case},
    },
};
use chrono::{DateTime, Utc};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_keyring::SealsError;
use mc_vocabulary::{AlertId, OrganizationId};
use sqlx::PgConnection;

/// A note or decision about a case.
pub struct Note {
    /// When it was made.
    pub noted_at: DateTime<Utc>,
    /// Who made it.
    pub noted_by: String,
    /// The state that was decided.
    pub state: Option<String>,
    /// The note, opened.
    pub words: Option<String>,
}

/// A case with its evidence and notes.
pub struct Alert {
    /// The case.
    pub case: Case,
    /// Its first 500 events.
    pub evidence: Vec<Stored>,
    /// Notes and decisions.
    pub notes: Vec<Note>,
}

/// Why the action was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum GetAlertError {
    /// Not in this organization.
    #[error("no such alert")]
    Unknown,
    /// A note cannot be opened.
    #[error("a note cannot be opened")]
    Seal(#[from] SealsError),
    /// The store failed.
    #[error("alerts cannot be read")]
    Store(#[from] sqlx::Error),
}

/// Returns the case. The read is recorded before it returns.
pub async fn execute(context: &RequestContext, state: &AppState, id: AlertId) -> Result<Alert, GetAlertError> {
    let organization_id = context.organization_id();
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let case = cases::find(&mut transaction, organization_id.uuid(), id)
        .await?
        .ok_or(GetAlertError::Unknown)?;
    let alert = gather(state, &mut transaction, organization_id, case).await?;
    let record = context
        .audit("audit.alert.read", Interaction::Read)
        .entity("Alert", id)
        .detail("rule", alert.case.rule.as_str());
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(alert)
}

/// Evidence and notes of a case.
pub(super) async fn gather(
    state: &AppState,
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    case: Case,
) -> Result<Alert, GetAlertError> {
    let evidence = case_evidence::list(connection, organization_id.uuid(), case.id).await?;
    let mut notes = Vec::new();
    for stored in case_notes::list(connection, organization_id.uuid(), case.id).await? {
        let words = match &stored.words_sealed {
            Some(sealed) => {
                let opened = state.seals.open(organization_id, COLUMN, stored.id, sealed).await?;
                Some(String::from_utf8_lossy(&opened).into_owned())
            }
            None => None,
        };
        notes.push(Note {
            noted_at: stored.noted_at,
            noted_by: stored.noted_by,
            state: stored.state,
            words,
        });
    }
    Ok(Alert { case, evidence, notes })
}

/// The column that the text is sealed for.
pub(super) const COLUMN: &str = "case_notes.words";
