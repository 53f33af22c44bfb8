//! Care relationships, as the log shows them.

use crate::domain::detection::{Care, Question};
use chrono::{DateTime, Duration, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// For each access, whether something in the log shows a care relationship, in the order of the questions.
///
/// # Errors
/// The database's.
pub async fn list_related(
    connection: &mut PgConnection,
    questions: &[&Question],
    care: &Care,
) -> Result<Vec<bool>, sqlx::Error> {
    let Some(first) = questions.iter().map(|question| question.at).min() else {
        return Ok(Vec::new());
    };
    let (before, after) = (
        Duration::days(care.days_before.into()),
        Duration::hours(care.hours_after.into()),
    );
    let trees: Vec<Uuid> = questions.iter().map(|q| q.organization_id.uuid()).collect();
    let patients: Vec<&str> = questions.iter().map(|q| q.patient.as_str()).collect();
    let actors: Vec<&str> = questions.iter().map(|q| q.actor_id.as_str()).collect();
    let from: Vec<DateTime<Utc>> = questions.iter().map(|q| q.at - before).collect();
    let to: Vec<DateTime<Utc>> = questions.iter().map(|q| q.at + after).collect();
    // An event's id begins with its time: months that cannot hold any are passed over. A day for events that waited.
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM audit.events e WHERE e.organization_id = q.tree AND e.patient = q.patient AND e.outcome = 'success'
                AND e.occurred_at >= q.since AND e.occurred_at <= q.until AND e.event_id >= audit.first_id($6)
                AND (CASE WHEN e.actor_id = q.actor THEN e.entity_kind = ANY($7) ELSE e.entity_kind = ANY($8) END)) AS "related!"
           FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[]) WITH ORDINALITY
                AS q (tree, patient, actor, since, until, place) ORDER BY q.place"#,
        &trees,
        &patients as &[&str],
        &actors as &[&str],
        &from,
        &to,
        first - before - Duration::days(1),
        &care.own,
        &care.others
    )
    .fetch_all(connection)
    .await
}
