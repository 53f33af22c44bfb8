//! Tallies: what services report as recorded, and what of it is logged.

use chrono::{DateTime, Utc};
use mc_access::tenancy;
use mc_contracts::Tally;
use sqlx::PgConnection;

/// A compared tally.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The service that recorded it.
    pub service: String,
    /// From, inclusive.
    pub since: DateTime<Utc>,
    /// To, exclusive.
    pub until: DateTime<Utc>,
    /// Number of records that it committed.
    pub recorded: i64,
    /// Number of these that are in the log.
    pub logged: i64,
    /// When it was last counted.
    pub compared_at: DateTime<Utc>,
}

/// Adds a tally, or updates its count.
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

/// Tallies that did not agree when they were last compared, oldest first, at most `limit`.
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

/// The sums of each service since `since`.
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
