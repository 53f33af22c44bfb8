//! The present state of breakers, and their changes.

use crate::domain::{BreakerEvent, BreakerState};
use chrono::{DateTime, Utc};
use mc_vocabulary::EventId;
use sqlx::PgConnection;

/// One change.
pub struct Change<'a> {
    pub event_id: EventId,
    pub service: &'a str,
    /// The upstream that it protects.
    pub upstream: &'a str,
    /// The organization whose upstream it is; empty where all share one.
    pub holder: &'a str,
    pub from: BreakerState,
    pub to: BreakerState,
    pub reason: &'a str,
    pub changed_at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
}

/// Adds a change to the history.
#[tracing::instrument(level = "debug", name = "breaker_changes.insert", skip_all)]
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

/// Makes the change the present state, unless a later one is stored.
#[tracing::instrument(level = "debug", name = "breakers.update_latest", skip_all)]
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

/// The present state of every breaker.
#[tracing::instrument(level = "debug", name = "breakers.list", skip_all)]
pub async fn list(connection: &mut PgConnection) -> Result<Vec<BreakerEvent>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT service, upstream, state, since, reason FROM console.breakers ORDER BY service, upstream LIMIT 1000"
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let state = BreakerState::of(&row.state)
                .ok_or_else(|| sqlx::Error::Decode("breakers.state holds an unreadable value".into()))?;
            Ok(BreakerEvent {
                state,
                service: row.service,
                upstream: row.upstream,
                since: row.since,
                reason: row.reason,
            })
        })
        .collect()
}
