//! How breakers stand, and how they changed.

use crate::domain::{BreakerState, Told};
use chrono::{DateTime, Utc};
use mc_vocabulary::EventId;
use sqlx::PgConnection;

/// One change.
pub struct Change<'a> {
    /// Event that told it.
    pub event_id: EventId,
    /// Whose breaker.
    pub service: &'a str,
    /// Before what.
    pub upstream: &'a str,
    /// For whom; empty where all share one.
    pub holder: &'a str,
    /// State before.
    pub from: BreakerState,
    /// State after.
    pub to: BreakerState,
    /// Why.
    pub reason: &'a str,
    /// When.
    pub changed_at: DateTime<Utc>,
    /// Now.
    pub recorded_at: DateTime<Utc>,
}

/// Adds a change to the history.
///
/// # Errors
/// The database's.
pub async fn insert_change(connection: &mut PgConnection, change: &Change<'_>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO console.breaker_changes (event_id, service, upstream, holder, state_from, state_to, reason, changed_at, recorded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        change.event_id.uuid(),
        change.service,
        change.upstream,
        change.holder,
        change.from.as_str(),
        change.to.as_str(),
        change.reason,
        change.changed_at,
        change.recorded_at
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Makes the change the present state, unless a later one is known.
///
/// # Errors
/// The database's.
pub async fn update_latest(connection: &mut PgConnection, change: &Change<'_>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO console.breakers AS known (service, upstream, holder, state, since, reason) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (service, upstream, holder) DO UPDATE SET state = excluded.state, since = excluded.since, reason = excluded.reason \
         WHERE known.since <= excluded.since",
        change.service,
        change.upstream,
        change.holder,
        change.to.as_str(),
        change.changed_at,
        change.reason
    )
    .execute(connection)
    .await
    .map(drop)
}

/// How every breaker stands.
///
/// # Errors
/// The database's.
pub async fn list(connection: &mut PgConnection) -> Result<Vec<Told>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT service, upstream, state, since, reason FROM console.breakers ORDER BY service, upstream LIMIT 1000"
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let state = BreakerState::of(&row.state)
                .ok_or_else(|| sqlx::Error::Decode("a breaker's state is no known word".into()))?;
            Ok(Told {
                state,
                service: row.service,
                upstream: row.upstream,
                since: row.since,
                reason: row.reason,
            })
        })
        .collect()
}
