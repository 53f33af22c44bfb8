//! Payments.

use crate::domain::{Payment, Status};
use chrono::{DateTime, Utc};
use mc_access::tenancy;
use mc_vocabulary::{Money, PaymentId};
use sqlx::{PgConnection, types::Json};
use std::collections::HashMap;
use uuid::Uuid;

/// W3C trace headers of the request that made a payment.
type TraceHeaders = HashMap<String, String>;

struct Row {
    id: Uuid,
    organization_id: Uuid,
    encounter_id: String,
    amount_minor: i64,
    currency: String,
    payment_method: Option<String>,
    status: String,
    failure_code: Option<String>,
    intent_id: Option<String>,
    created_by: String,
    attempts: i32,
    created_at: DateTime<Utc>,
}

impl TryFrom<Row> for Payment {
    type Error = sqlx::Error;
    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let damaged =
            |column: &str| sqlx::Error::Decode(format!("billing.payments.{column} of {} is damaged", row.id).into());
        Ok(Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            encounter_id: row.encounter_id.parse().map_err(|_| damaged("encounter_id"))?,
            amount: Money::new(row.amount_minor, row.currency.parse().map_err(|_| damaged("currency"))?),
            status: row.status.parse().map_err(|()| damaged("status"))?,
            payment_method: row.payment_method,
            failure_code: row.failure_code,
            intent_id: row.intent_id,
            created_by: row.created_by,
            attempts: row.attempts,
            created_at: row.created_at,
        })
    }
}

/// Additional columns of a new payment.
pub struct NewPaymentContext<'a> {
    /// Stable reference of the request (hash of its idempotency key).
    pub request_reference: &'a str,
    /// Visit type, provider and other context, sealed.
    pub context_sealed: Option<&'a [u8]>,
    /// W3C headers of the request.
    pub trace: &'a HashMap<String, String>,
    /// When a worker charges it if this process dies.
    pub next_attempt_at: DateTime<Utc>,
}

/// Adds a payment, or finds the one that the same request made before its process died.
#[tracing::instrument(level = "debug", name = "payments.insert", skip_all)]
pub async fn insert(
    connection: &mut PgConnection,
    payment: &Payment,
    context: NewPaymentContext<'_>,
) -> Result<Payment, sqlx::Error> {
    sqlx::query!(
        "INSERT INTO billing.payments (id, organization_id, request_reference, encounter_id, amount_minor, currency, payment_method, status, \
           context_sealed, created_by, trace, next_attempt_at, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13) ON CONFLICT (request_reference) DO NOTHING",
        payment.id.uuid(),
        payment.organization_id.uuid(),
        context.request_reference,
        payment.encounter_id.as_str(),
        payment.amount.minor,
        payment.amount.currency.to_string(),
        payment.payment_method,
        payment.status.as_str(),
        context.context_sealed,
        payment.created_by,
        serde_json::json!(context.trace),
        context.next_attempt_at,
        payment.created_at
    )
    .execute(&mut *connection)
    .await?;
    let row = sqlx::query_as!(
        Row,
        "SELECT id, organization_id, encounter_id, amount_minor, currency, payment_method, status, failure_code, intent_id, created_by, attempts, \
           created_at FROM billing.payments WHERE request_reference = $1",
        context.request_reference
    );
    row.fetch_one(connection).await?.try_into()
}

/// A payment.
#[tracing::instrument(level = "debug", name = "payments.find", skip_all)]
pub async fn find(connection: &mut PgConnection, id: PaymentId) -> Result<Option<Payment>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, organization_id, encounter_id, amount_minor, currency, payment_method, status, failure_code, intent_id, created_by, attempts, \
           created_at FROM billing.payments WHERE id = $1",
        id.uuid()
    );
    row.fetch_optional(connection).await?.map(Payment::try_from).transpose()
}

/// A payment, locked until the transaction ends.
#[tracing::instrument(level = "debug", name = "payments.get_for_update", skip_all)]
pub async fn get_for_update(connection: &mut PgConnection, id: PaymentId) -> Result<Option<Payment>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, organization_id, encounter_id, amount_minor, currency, payment_method, status, failure_code, intent_id, created_by, attempts, \
           created_at FROM billing.payments WHERE id = $1 FOR UPDATE",
        id.uuid()
    );
    row.fetch_optional(connection).await?.map(Payment::try_from).transpose()
}

/// The sealed client secret of a payment.
#[tracing::instrument(level = "debug", name = "payments.find_client_secret", skip_all)]
pub async fn find_client_secret(connection: &mut PgConnection, id: PaymentId) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let sealed = sqlx::query_scalar!(
        "SELECT client_secret_sealed FROM billing.payments WHERE id = $1",
        id.uuid()
    );
    Ok(sealed.fetch_optional(connection).await?.flatten())
}

/// The outcome of an attempt.
pub struct PaymentUpdate<'a> {
    /// The new status.
    pub status: Status,
    /// Why it failed.
    pub failure_code: Option<&'a str>,
    /// The processor's id; None keeps the stored one.
    pub intent_id: Option<&'a str>,
    /// None keeps the stored one.
    pub client_secret_sealed: Option<&'a [u8]>,
    /// When a worker claims it next.
    pub next_attempt_at: Option<DateTime<Utc>>,
}

/// Writes the outcome of an attempt.
#[tracing::instrument(level = "debug", name = "payments.update_status", skip_all)]
pub async fn update_status(
    connection: &mut PgConnection,
    id: PaymentId,
    update: PaymentUpdate<'_>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE billing.payments SET status = $2, failure_code = $3, intent_id = coalesce($4, intent_id), \
           client_secret_sealed = coalesce($5, client_secret_sealed), next_attempt_at = $6, updated_at = $7 WHERE id = $1",
        id.uuid(),
        update.status.as_str(),
        update.failure_code,
        update.intent_id,
        update.client_secret_sealed,
        update.next_attempt_at,
        now
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// Claims the next payment that is due for this worker, until `lease_until`.
#[tracing::instrument(level = "debug", name = "payments.claim_next_due", skip_all)]
pub async fn claim_next_due(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
) -> Result<Option<(Payment, TraceHeaders)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"UPDATE billing.payments SET next_attempt_at = $2, attempts = attempts + 1
           WHERE id = (SELECT id FROM billing.payments WHERE next_attempt_at <= $1 ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
           RETURNING id, trace AS "trace: Json<HashMap<String, String>>""#,
        now,
        lease_until
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let payment = find(connection, row.id.into()).await?;
    Ok(payment.map(|payment| (payment, row.trace.0)))
}

/// The count of payments that wait for the processor.
#[tracing::instrument(level = "debug", name = "payments.count_pending", skip_all)]
pub async fn count_pending(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM billing.payments WHERE status = 'pending'"#)
        .fetch_one(connection)
        .await
}

/// The sealed contexts of the newest payments, for evidence of encryption at rest.
#[tracing::instrument(level = "debug", name = "payments.list_contexts", skip_all)]
pub async fn list_contexts(connection: &mut PgConnection, limit: i64) -> Result<Vec<Vec<u8>>, sqlx::Error> {
    let rows = sqlx::query_scalar!(
        r#"SELECT context_sealed AS "context!" FROM billing.payments WHERE context_sealed IS NOT NULL ORDER BY id DESC LIMIT $1"#,
        limit
    );
    rows.fetch_all(connection).await
}
