//! Payment intents, events, and the first response of each idempotency key.

use chrono::{DateTime, Utc};
use mc_access::tenancy;
use serde_json::Value;
use sqlx::PgConnection;

/// A stored response.
pub struct StoredAnswer {
    /// SHA-256 of the request's path and parameters.
    pub request_sha256: Vec<u8>,
    /// HTTP status.
    pub status: i16,
    /// The body.
    pub body: Value,
}

/// A page of a list.
#[derive(Debug, Default)]
pub struct Page {
    /// Largest number of objects.
    pub limit: i64,
    /// The page begins after this object (older ones follow).
    pub starting_after: Option<String>,
    /// Objects created at this time or later.
    pub created_from: Option<DateTime<Utc>>,
    /// Objects created before this time.
    pub created_before: Option<DateTime<Utc>>,
}

/// Adds an object.
#[tracing::instrument(level = "debug", name = "stripe.insert_object", skip_all)]
pub async fn insert_object(
    connection: &mut PgConnection,
    object: &str,
    body: &Value,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let id = body["id"].as_str().unwrap_or_default();
    sqlx::query!(
        "INSERT INTO sandbox.stripe_objects (id, object, created_at, body) VALUES ($1, $2, $3, $4)",
        id,
        object,
        now,
        body
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Replaces an object's body.
#[tracing::instrument(level = "debug", name = "stripe.update_object", skip_all)]
pub async fn update_object(connection: &mut PgConnection, body: &Value) -> Result<(), sqlx::Error> {
    let id = body["id"].as_str().unwrap_or_default();
    sqlx::query!("UPDATE sandbox.stripe_objects SET body = $2 WHERE id = $1", id, body)
        .execute(connection)
        .await
        .and_then(tenancy::one_row)
}

/// An object, locked until the transaction ends.
#[tracing::instrument(level = "debug", name = "stripe.get_for_update", skip_all)]
pub async fn get_for_update(
    connection: &mut PgConnection,
    object: &str,
    id: &str,
) -> Result<Option<Value>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT body FROM sandbox.stripe_objects WHERE object = $1 AND id = $2 FOR UPDATE",
        object,
        id
    )
    .fetch_optional(connection)
    .await
}

/// An object.
#[tracing::instrument(level = "debug", name = "stripe.find", skip_all)]
pub async fn find(connection: &mut PgConnection, object: &str, id: &str) -> Result<Option<Value>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT body FROM sandbox.stripe_objects WHERE object = $1 AND id = $2",
        object,
        id
    )
    .fetch_optional(connection)
    .await
}

/// Objects, newest first, and one more than the limit where there are more.
#[tracing::instrument(level = "debug", name = "stripe.list", skip_all)]
pub async fn list(connection: &mut PgConnection, object: &str, page: &Page) -> Result<Vec<Value>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT body FROM sandbox.stripe_objects
         WHERE object = $1
           AND ($2::text IS NULL OR seq < (SELECT seq FROM sandbox.stripe_objects WHERE id = $2))
           AND ($3::timestamptz IS NULL OR created_at >= $3)
           AND ($4::timestamptz IS NULL OR created_at < $4)
         ORDER BY seq DESC LIMIT $5",
        object,
        page.starting_after,
        page.created_from,
        page.created_before,
        page.limit + 1
    )
    .fetch_all(connection)
    .await
}

/// Locks the key for this transaction; false where another request holds it.
#[tracing::instrument(level = "debug", name = "stripe.get_key_for_update", skip_all)]
pub async fn get_key_for_update(connection: &mut PgConnection, key: &str) -> Result<bool, sqlx::Error> {
    let held = sqlx::query_scalar!(
        "SELECT pg_try_advisory_xact_lock(hashtextextended('sandbox.stripe:' || $1, 0))",
        key
    )
    .fetch_one(connection)
    .await?;
    Ok(held.unwrap_or(false))
}

/// The stored response of the key.
#[tracing::instrument(level = "debug", name = "stripe.find_answer", skip_all)]
pub async fn find_answer(connection: &mut PgConnection, key: &str) -> Result<Option<StoredAnswer>, sqlx::Error> {
    sqlx::query_as!(
        StoredAnswer,
        "SELECT request_sha256, status, body FROM sandbox.stripe_answers WHERE idempotency_key = $1",
        key
    )
    .fetch_optional(connection)
    .await
}

/// Stores the response of the key.
#[tracing::instrument(level = "debug", name = "stripe.insert_answer", skip_all)]
pub async fn insert_answer(
    connection: &mut PgConnection,
    key: &str,
    answer: &StoredAnswer,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO sandbox.stripe_answers (idempotency_key, request_sha256, status, body, created_at)
         VALUES ($1, $2, $3, $4, $5)",
        key,
        answer.request_sha256,
        answer.status,
        answer.body,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}
