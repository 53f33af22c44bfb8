//! The evidence of cases.

use chrono::{DateTime, Utc};
use mc_detection::Evidence;
use mc_vocabulary::{AlertId, EventId};
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

/// An event of a case.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Id of the event.
    pub event_id: EventId,
    /// Its place in the log.
    pub log_index: i64,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// The action.
    pub action: String,
    /// By actor.
    pub actor_id: String,
    /// Pseudonym of the patient.
    pub patient: Option<String>,
}

/// Adds events to a case; returns the number of new ones.
#[tracing::instrument(level = "debug", name = "case_evidence.insert", skip_all)]
pub async fn insert(
    connection: &mut PgConnection,
    tree: Uuid,
    id: AlertId,
    evidence: &[Arc<Evidence>],
) -> Result<u64, sqlx::Error> {
    let ids: Vec<Uuid> = evidence.iter().map(|e| e.event_id.uuid()).collect();
    let indexes: Vec<i64> = evidence.iter().map(|e| e.log_index).collect();
    let times: Vec<DateTime<Utc>> = evidence.iter().map(|e| e.at).collect();
    let actions: Vec<&str> = evidence.iter().map(|e| e.action.as_str()).collect();
    let actors: Vec<&str> = evidence.iter().map(|e| e.actor_id.as_str()).collect();
    let patients: Vec<Option<&str>> = evidence.iter().map(|e| e.patient.as_deref()).collect();
    let done = sqlx::query!(
        "INSERT INTO audit.case_evidence (case_id, organization_id, event_id, log_index, occurred_at, action, actor_id, patient) \
         SELECT $1, $2, e, i, t, a, w, p FROM unnest($3::uuid[], $4::bigint[], $5::timestamptz[], $6::text[], $7::text[], $8::text[]) \
            AS v (e, i, t, a, w, p) ON CONFLICT DO NOTHING",
        id.uuid(),
        tree,
        &ids,
        &indexes,
        &times,
        &actions as &[&str],
        &actors as &[&str],
        &patients as &[Option<&str>]
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// The stored events of a case, in the order in which they happened.
#[tracing::instrument(level = "debug", name = "case_evidence.list", skip_all)]
pub async fn list(connection: &mut PgConnection, tree: Uuid, id: AlertId) -> Result<Vec<Stored>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT event_id, log_index, occurred_at, action, actor_id, patient FROM audit.case_evidence \
         WHERE organization_id = $1 AND case_id = $2 ORDER BY occurred_at, log_index",
        tree,
        id.uuid()
    )
    .fetch_all(connection)
    .await?;
    let stored = rows.into_iter().map(|row| Stored {
        event_id: row.event_id.into(),
        log_index: row.log_index,
        occurred_at: row.occurred_at,
        action: row.action,
        actor_id: row.actor_id,
        patient: row.patient,
    });
    Ok(stored.collect())
}
