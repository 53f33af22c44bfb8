//! Webhooks that are to be delivered.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// One delivery that is due.
#[derive(Debug)]
pub struct Delivery {
    /// Row.
    pub id: i64,
    /// The event, as JSON text.
    pub body: String,
    /// Attempts so far.
    pub attempts: i32,
}

/// Adds one.
///
/// # Errors
/// The database's.
pub async fn insert(
    connection: &mut PgConnection,
    (event_id, event_type): (&str, &str),
    body: &str,
    due_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO sandbox.webhook_deliveries (event_id, event_type, body, next_attempt_at) VALUES ($1, $2, $3, $4)",
        event_id,
        event_type,
        body,
        due_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the deliveries that are due, the oldest first, and keeps them from others until `lease_until`:
/// after a crash they are due again.
///
/// # Errors
/// The database's.
pub async fn update_claimed(
    connection: &mut PgConnection,
    limit: i64,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
) -> Result<Vec<Delivery>, sqlx::Error> {
    let mut due = sqlx::query_as!(
        Delivery,
        "UPDATE sandbox.webhook_deliveries SET next_attempt_at = $3
         WHERE id IN (SELECT id FROM sandbox.webhook_deliveries
                      WHERE delivered_at IS NULL AND next_attempt_at <= $2
                      ORDER BY next_attempt_at, id LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING id, body, attempts",
        limit,
        now,
        lease_until
    )
    .fetch_all(connection)
    .await?;
    due.sort_by_key(|delivery| delivery.id);
    Ok(due)
}

/// It arrived.
///
/// # Errors
/// The database's.
pub async fn update_delivered(connection: &mut PgConnection, id: i64, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE sandbox.webhook_deliveries SET delivered_at = $2, attempts = attempts + 1 WHERE id = $1",
        id,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// It did not arrive, or was held: try again later. `attempt` is 1 where one was made.
///
/// # Errors
/// The database's.
pub async fn update_due(
    connection: &mut PgConnection,
    id: i64,
    attempt: i32,
    due_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE sandbox.webhook_deliveries SET attempts = attempts + $2, next_attempt_at = $3 WHERE id = $1",
        id,
        attempt,
        due_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How many wait.
///
/// # Errors
/// The database's.
pub async fn count_waiting(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    let count = sqlx::query_scalar!("SELECT count(*) FROM sandbox.webhook_deliveries WHERE delivered_at IS NULL")
        .fetch_one(connection)
        .await?;
    Ok(count.unwrap_or_default())
}
