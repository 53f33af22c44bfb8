//! Deliveries of webhooks.

use chrono::{DateTime, Utc};
use mc_access::tenancy;
use sqlx::PgConnection;

/// A delivery that is due.
#[derive(Debug)]
pub struct Delivery {
    pub id: i64,
    /// The event, as JSON text.
    pub body: String,
    /// Attempts so far.
    pub attempts: i32,
}

/// Adds a delivery.
#[tracing::instrument(level = "debug", name = "webhooks.insert", skip_all)]
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

/// Claims the oldest deliveries that are due until `lease_until`; after a crash they are due again.
#[tracing::instrument(level = "debug", name = "webhooks.claim_next_due", skip_all)]
pub async fn claim_next_due(
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

/// Marks a delivery as accepted.
#[tracing::instrument(level = "debug", name = "webhooks.update_delivered", skip_all)]
pub async fn update_delivered(connection: &mut PgConnection, id: i64, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE sandbox.webhook_deliveries SET delivered_at = $2, attempts = attempts + 1 WHERE id = $1",
        id,
        now
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// Postpones a delivery. `attempt` is 1 where one was made.
#[tracing::instrument(level = "debug", name = "webhooks.update_due", skip_all)]
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
    .await
    .and_then(tenancy::one_row)
}

/// The count of deliveries that are not accepted yet.
#[tracing::instrument(level = "debug", name = "webhooks.count_waiting", skip_all)]
pub async fn count_waiting(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    let count = sqlx::query_scalar!("SELECT count(*) FROM sandbox.webhook_deliveries WHERE delivered_at IS NULL")
        .fetch_one(connection)
        .await?;
    Ok(count.unwrap_or_default())
}
