//! What services say that they recorded, and what of it was found in the log.

use chrono::{DateTime, Utc};
use mc_access::tenancy;
use mc_contracts::Tally;
use sqlx::PgConnection;

/// A tally and what became of it.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The service that told it.
    pub service: String,
    /// From, inclusive.
    pub since: DateTime<Utc>,
    /// To, exclusive.
    pub until: DateTime<Utc>,
    /// So many records it committed.
    pub recorded: i64,
    /// So many of them stand in the log.
    pub logged: i64,
    /// When that was last counted.
    pub compared_at: DateTime<Utc>,
}

/// Notes a tally, or the newer count of one.
#[tracing::instrument(level = "debug", name = "tallies.insert", skip_all)]
pub async fn insert(
    connection: &mut PgConnection,
    service: &str,
    tally: &Tally,
    logged: i64,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO audit.tallies (service, since, until, recorded, logged, compared_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (service, since) DO UPDATE SET logged = excluded.logged, compared_at = excluded.compared_at",
        service,
        tally.since,
        tally.until,
        tally.recorded,
        logged,
        now
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// The tallies that did not agree when they were last compared, oldest first, at most `limit`.
#[tracing::instrument(level = "debug", name = "tallies.list_open", skip_all)]
pub async fn list_open(connection: &mut PgConnection, limit: i64) -> Result<Vec<Compared>, sqlx::Error> {
    sqlx::query_as!(
        Compared,
        "SELECT service, since, until, recorded, logged, compared_at FROM audit.tallies WHERE logged <> recorded ORDER BY since LIMIT $1",
        limit
    )
    .fetch_all(connection)
    .await
}

/// Of each service since `since`: how much was recorded and logged, and when it was last compared.
#[tracing::instrument(level = "debug", name = "tallies.list_sums", skip_all)]
pub async fn list_sums(connection: &mut PgConnection, since: DateTime<Utc>) -> Result<Vec<Compared>, sqlx::Error> {
    sqlx::query_as!(
        Compared,
        r#"SELECT service, min(since) AS "since!", max(until) AS "until!", sum(recorded)::bigint AS "recorded!", sum(logged)::bigint AS "logged!",
            max(compared_at) AS "compared_at!" FROM audit.tallies WHERE until > $1 GROUP BY service ORDER BY service"#,
        since
    )
    .fetch_all(connection)
    .await
}
