//! Notes and decisions about cases.

use crate::domain::CaseState;
use chrono::{DateTime, Utc};
use mc_access::tenancy;
use mc_vocabulary::AlertId;
use sqlx::PgConnection;
use uuid::Uuid;

/// A note.
#[derive(Debug, Clone)]
pub struct Note {
    /// Its id, which the text is sealed for.
    pub id: Uuid,
    /// When.
    pub noted_at: DateTime<Utc>,
    /// By actor.
    pub noted_by: String,
    /// The state that was decided.
    pub state: Option<String>,
    /// The text, sealed.
    pub words_sealed: Option<Vec<u8>>,
}

/// Adds a note to a case.
#[tracing::instrument(level = "debug", name = "case_notes.insert", skip_all)]
pub async fn insert(
    connection: &mut PgConnection,
    tree: Uuid,
    id: AlertId,
    note: &Note,
    state: Option<CaseState>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO audit.case_notes (note_id, case_id, organization_id, noted_at, noted_by, state, words_sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        note.id,
        id.uuid(),
        tree,
        note.noted_at,
        note.noted_by,
        state.map(CaseState::as_str),
        note.words_sealed.as_deref()
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// The notes of a case, oldest first.
#[tracing::instrument(level = "debug", name = "case_notes.list", skip_all)]
pub async fn list(connection: &mut PgConnection, tree: Uuid, id: AlertId) -> Result<Vec<Note>, sqlx::Error> {
    sqlx::query_as!(
        Note,
        "SELECT note_id AS id, noted_at, noted_by, state, words_sealed FROM audit.case_notes \
         WHERE organization_id = $1 AND case_id = $2 ORDER BY noted_at, note_id",
        tree,
        id.uuid()
    )
    .fetch_all(connection)
    .await
}
