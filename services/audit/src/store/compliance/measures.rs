//! Counts over the log for policies, over all organizations.

use crate::domain::{Counts, Leaf};
use chrono::{DateTime, Utc};
use mc_vocabulary::{EventId, OrganizationId};
use sqlx::PgConnection;

/// Counts over the events made since `since`. `phi`: the actions that are accesses to patient data.
#[tracing::instrument(level = "debug", name = "measures.count_since", skip_all)]
pub async fn count_since(
    connection: &mut PgConnection,
    since: DateTime<Utc>,
    phi: &[&str],
) -> Result<Counts, sqlx::Error> {
    // The leaf is parsed only for what no column has.
    sqlx::query_as!(
        Counts,
        r#"SELECT count(*) AS "events!",
            count(*) FILTER (WHERE patient <> '') AS "about_patients!",
            count(*) FILTER (WHERE patient ~ '^pt_[0-9a-f]{16}$') AS "masked!",
            count(*) FILTER (WHERE patient <> '' AND patient_sealed IS NOT NULL AND organization_id <> $3) AS "sealed!",
            count(*) FILTER (WHERE patient <> '' AND organization_id <> $3) AS "to_seal!",
            count(*) FILTER (WHERE entity_kind = 'Patient') AS "entities!",
            count(*) FILTER (WHERE entity_kind = 'Patient' AND entity_id ~ '^pt_[0-9a-f]{16}$') AS "entities_masked!",
            count(*) FILTER (WHERE actor_kind = 'anonymous') AS "anonymous!",
            count(*) FILTER (WHERE actor_kind = 'anonymous' AND outcome = 'success') AS "anonymous_successes!",
            count(*) FILTER (WHERE action = 'audit.event.unmask' AND outcome = 'success') AS "unmasked!",
            count(*) FILTER (WHERE CASE WHEN action = 'audit.event.unmask' AND outcome = 'success' THEN
                NOT convert_from(leaf, 'UTF8')::jsonb #> '{record,actor,roles}' @> '"compliance"' END) AS "unmasked_by_others!",
            count(*) FILTER (WHERE action = ANY($2) AND outcome = 'success') AS "phi!",
            count(*) FILTER (WHERE action = ANY($2) AND outcome = 'success' AND purpose <> '') AS "phi_with_purpose!",
            count(*) FILTER (WHERE CASE WHEN action = ANY($2) AND outcome = 'success' THEN
                convert_from(leaf, 'UTF8')::jsonb #> '{record,details}' ? 'compliance_flags' END) AS "phi_with_flags!"
           FROM audit.events WHERE event_id >= audit.first_id($1)"#,
        since,
        phi as &[&str],
        crate::domain::PLATFORM
    )
    .fetch_one(connection)
    .await
}

/// The newest successful events of `action` made since `since`, at most `limit`.
#[tracing::instrument(level = "debug", name = "measures.list_newest", skip_all)]
pub async fn list_newest(
    connection: &mut PgConnection,
    since: DateTime<Utc>,
    action: &str,
    limit: i64,
) -> Result<Vec<Leaf>, sqlx::Error> {
    let leaves = sqlx::query_scalar!(
        "SELECT leaf FROM audit.events WHERE event_id >= audit.first_id($1) AND action = $2 AND outcome = 'success' ORDER BY event_id DESC LIMIT $3",
        since,
        action,
        limit
    )
    .fetch_all(connection)
    .await?;
    let read = |leaf: Vec<u8>| Leaf::from_bytes(&leaf).map_err(|error| sqlx::Error::Decode(Box::new(error)));
    leaves.into_iter().map(read).collect()
}

/// A sealed patient id with its event.
pub struct Sealed {
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// Id of the event.
    pub event_id: EventId,
    /// The sealed id.
    pub sealed: Vec<u8>,
    /// The hashed bytes.
    pub leaf: Vec<u8>,
}

/// The newest events made since `since` that hold a sealed id, at most `limit`.
#[tracing::instrument(level = "debug", name = "measures.list_sealed", skip_all)]
pub async fn list_sealed(
    connection: &mut PgConnection,
    since: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Sealed>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT organization_id, event_id, patient_sealed AS "sealed!", leaf FROM audit.events
           WHERE event_id >= audit.first_id($1) AND patient_sealed IS NOT NULL ORDER BY event_id DESC LIMIT $2"#,
        since,
        limit
    )
    .fetch_all(connection)
    .await?;
    let sealed = rows.into_iter().map(|row| Sealed {
        organization_id: row.organization_id.into(),
        event_id: row.event_id.into(),
        sealed: row.sealed,
        leaf: row.leaf,
    });
    Ok(sealed.collect())
}

/// Number of legal holds in force.
#[tracing::instrument(level = "debug", name = "measures.count_holds", skip_all)]
pub async fn count_holds(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM audit.legal_holds WHERE released_at IS NULL"#)
        .fetch_one(connection)
        .await
}
