//! Contacts that show care relationships.

use crate::store::rows;
use chrono::{DateTime, Duration, Utc};
use mc_detection::{Care, ChartAccess, Contact};
use sqlx::PgConnection;
use uuid::Uuid;

/// Adds contacts, each with its first and last time.
#[tracing::instrument(level = "debug", name = "contacts.insert", skip_all)]
pub async fn insert(
    connection: &mut PgConnection,
    contacts: &[(Contact, DateTime<Utc>, DateTime<Utc>)],
) -> Result<(), sqlx::Error> {
    if contacts.is_empty() {
        return Ok(());
    }
    let trees: Vec<Uuid> = contacts.iter().map(|(c, ..)| c.organization_id.uuid()).collect();
    let patients: Vec<&str> = contacts.iter().map(|(c, ..)| c.patient.as_str()).collect();
    let actors: Vec<&str> = contacts.iter().map(|(c, ..)| c.actor_id.as_str()).collect();
    let kinds: Vec<&str> = contacts.iter().map(|(c, ..)| c.entity_kind.as_str()).collect();
    let firsts: Vec<DateTime<Utc>> = contacts.iter().map(|(_, first, _)| *first).collect();
    let lasts: Vec<DateTime<Utc>> = contacts.iter().map(|(_, _, last)| *last).collect();
    sqlx::query!(
        "INSERT INTO audit.contacts AS c (organization_id, patient, actor_id, entity_kind, first_at, last_at) \
         SELECT o, p, a, k, f, l FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[]) \
            AS v (o, p, a, k, f, l) \
         ON CONFLICT (organization_id, patient, actor_id, entity_kind) DO UPDATE \
            SET first_at = least(c.first_at, excluded.first_at), last_at = greatest(c.last_at, excluded.last_at)",
        &trees,
        &patients as &[&str],
        &actors as &[&str],
        &kinds as &[&str],
        &firsts,
        &lasts
    )
    .execute(connection)
    .await
    .and_then(rows(contacts.len()))
}

/// Adds the contacts of all events logged since `since`: for a detector that starts for the first
/// time.
#[tracing::instrument(level = "debug", name = "contacts.insert_logged", skip_all)]
pub async fn insert_logged(
    connection: &mut PgConnection,
    since: DateTime<Utc>,
    care: &Care,
) -> Result<(), sqlx::Error> {
    // Once in the life of a log, and it reads months of it.
    sqlx::query("SET LOCAL statement_timeout = '1h'")
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "INSERT INTO audit.contacts (organization_id, patient, actor_id, entity_kind, first_at, last_at) \
         SELECT organization_id, patient, actor_id, entity_kind, min(occurred_at), max(occurred_at) FROM audit.events \
         WHERE event_id >= audit.first_id($1) AND patient <> '' AND outcome = 'success' AND (entity_kind = ANY($2) OR entity_kind = ANY($3)) \
         GROUP BY 1, 2, 3, 4 ON CONFLICT DO NOTHING",
        since,
        &care.others,
        &care.own
    )
    .execute(connection)
    .await
    .map(drop)
}

/// For each access, whether a contact shows a care relationship, in the order of the accesses.
#[tracing::instrument(level = "debug", name = "contacts.list_related", skip_all)]
pub async fn list_related(
    connection: &mut PgConnection,
    accesses: &[&ChartAccess],
    care: &Care,
) -> Result<Vec<bool>, sqlx::Error> {
    if accesses.is_empty() {
        return Ok(Vec::new());
    }
    let (before, after) = (care.before(), Duration::hours(care.hours_after.into()));
    let trees: Vec<Uuid> = accesses.iter().map(|access| access.organization_id.uuid()).collect();
    let patients: Vec<&str> = accesses.iter().map(|access| access.patient.as_str()).collect();
    let actors: Vec<&str> = accesses.iter().map(|access| access.actor_id.as_str()).collect();
    let since: Vec<DateTime<Utc>> = accesses.iter().map(|access| access.at - before).collect();
    let until: Vec<DateTime<Utc>> = accesses.iter().map(|access| access.at + after).collect();
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM audit.contacts c WHERE c.organization_id = q.tree AND c.patient = q.patient
                AND c.last_at >= q.since AND c.first_at <= q.until
                AND (CASE WHEN c.actor_id = q.actor THEN c.entity_kind = ANY($6) ELSE c.entity_kind = ANY($7) END)) AS "related!"
           FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[]) WITH ORDINALITY
                AS q (tree, patient, actor, since, until, place) ORDER BY q.place"#,
        &trees,
        &patients as &[&str],
        &actors as &[&str],
        &since,
        &until,
        &care.own,
        &care.others
    )
    .fetch_all(connection)
    .await
}

/// Deletes contacts that are too old for any access.
#[tracing::instrument(level = "debug", name = "contacts.update_forgotten", skip_all)]
pub async fn update_forgotten(connection: &mut PgConnection, before: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM audit.contacts WHERE last_at < $1", before)
        .execute(connection)
        .await
        .map(drop)
}
