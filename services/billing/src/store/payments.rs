//! Payments.

use crate::domain::{CancelReason, Payment};
use chrono::{DateTime, Utc};
use mc_access::tenancy;
use mc_vocabulary::{Money, OrganizationId, PatientId, PaymentId};
use sqlx::{PgConnection, types::Json};
use std::collections::HashMap;
use uuid::Uuid;

/// W3C trace headers of the request that made a payment.
type TraceHeaders = HashMap<String, String>;

struct Row {
    id: Uuid,
    organization_id: Uuid,
    encounter_id: String,
    patient_id: Option<String>,
    amount_minor: i64,
    currency: String,
    payment_method: Option<String>,
    status: String,
    failure_code: Option<String>,
    intent_id: Option<String>,
    cancel_reason: Option<String>,
    key_generation: i32,
    key_first_used_at: Option<DateTime<Utc>>,
    key_last_used_at: Option<DateTime<Utc>>,
    lookup_after: Option<String>,
    created_by: String,
    attempts: i32,
    created_at: DateTime<Utc>,
}

impl TryFrom<Row> for Payment {
    type Error = sqlx::Error;
    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let damaged =
            |column: &str| sqlx::Error::Decode(format!("billing.payments.{column} of {} is damaged", row.id).into());
        let patient_id = row.patient_id.map(|id| id.parse().map_err(|_| damaged("patient_id")));
        let cancel_reason = row.cancel_reason.as_deref();
        let cancel_reason = cancel_reason.map(|reason| reason.parse().map_err(|()| damaged("cancel_reason")));
        Ok(Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            encounter_id: row.encounter_id.parse().map_err(|_| damaged("encounter_id"))?,
            patient_id: patient_id.transpose()?,
            amount: Money::new(row.amount_minor, row.currency.parse().map_err(|_| damaged("currency"))?),
            status: row.status.parse().map_err(|()| damaged("status"))?,
            payment_method: row.payment_method,
            failure_code: row.failure_code,
            intent_id: row.intent_id,
            cancel_reason: cancel_reason.transpose()?,
            key_generation: row.key_generation,
            key_first_used_at: row.key_first_used_at,
            key_last_used_at: row.key_last_used_at,
            lookup_after: row.lookup_after,
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
    /// SHA-256 of the request's body.
    pub request_digest: &'a [u8; 32],
    /// Visit type, provider and other context, sealed.
    pub context_sealed: Option<&'a [u8]>,
    /// W3C headers of the request.
    pub trace: &'a HashMap<String, String>,
    /// When a worker charges it if this process dies.
    pub next_attempt_at: DateTime<Utc>,
}

/// Adds a payment; false if the same request has made one before.
#[tracing::instrument(level = "debug", name = "payments.insert", skip_all)]
pub async fn insert(
    connection: &mut PgConnection,
    payment: &Payment,
    context: NewPaymentContext<'_>,
) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query!(
        "INSERT INTO billing.payments (id, organization_id, request_reference, request_digest, encounter_id, patient_id, amount_minor, currency, \
           payment_method, status, key_first_used_at, key_last_used_at, context_sealed, created_by, trace, next_attempt_at, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17) ON CONFLICT (request_reference) DO NOTHING",
        payment.id.uuid(),
        payment.organization_id.uuid(),
        context.request_reference,
        context.request_digest,
        payment.encounter_id.as_str(),
        payment.patient_id.as_ref().map(PatientId::as_str),
        payment.amount.minor,
        payment.amount.currency.to_string(),
        payment.payment_method,
        payment.status.as_str(),
        payment.key_first_used_at,
        payment.key_last_used_at,
        context.context_sealed,
        payment.created_by,
        serde_json::json!(context.trace),
        context.next_attempt_at,
        payment.created_at
    )
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// The payment of an earlier attempt of a request.
pub struct EarlierPayment {
    /// The payment.
    pub payment: Payment,
    /// SHA-256 of the request's body; None for payments that were made before it was stored.
    pub request_digest: Option<Vec<u8>>,
}

/// The payment that a request made.
#[tracing::instrument(level = "debug", name = "payments.find_by_request", skip_all)]
pub async fn find_by_request(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    request_reference: &str,
) -> Result<Option<EarlierPayment>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT id, request_digest FROM billing.payments WHERE organization_id = $1 AND request_reference = $2",
        organization_id.uuid(),
        request_reference
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let payment = find(connection, organization_id, row.id.into()).await?;
    Ok(payment.map(|payment| EarlierPayment {
        payment,
        request_digest: row.request_digest,
    }))
}

/// The organization of a payment, for an event of the processor, which does not name it.
#[tracing::instrument(level = "debug", name = "payments.find_organization", skip_all)]
pub async fn find_organization(
    connection: &mut PgConnection,
    id: PaymentId,
) -> Result<Option<OrganizationId>, sqlx::Error> {
    let found = sqlx::query_scalar!("SELECT organization_id FROM billing.payments WHERE id = $1", id.uuid());
    Ok(found.fetch_optional(connection).await?.map(OrganizationId::from))
}

/// A payment.
#[tracing::instrument(level = "debug", name = "payments.find", skip_all)]
pub async fn find(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    id: PaymentId,
) -> Result<Option<Payment>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, organization_id, encounter_id, patient_id, amount_minor, currency, payment_method, status, failure_code, intent_id, \
           cancel_reason, key_generation, key_first_used_at, key_last_used_at, lookup_after, created_by, attempts, created_at \
         FROM billing.payments WHERE organization_id = $1 AND id = $2",
        organization_id.uuid(),
        id.uuid()
    );
    row.fetch_optional(connection).await?.map(Payment::try_from).transpose()
}

/// A payment, locked until the transaction ends.
#[tracing::instrument(level = "debug", name = "payments.get_for_update", skip_all)]
pub async fn get_for_update(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    id: PaymentId,
) -> Result<Option<Payment>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, organization_id, encounter_id, patient_id, amount_minor, currency, payment_method, status, failure_code, intent_id, \
           cancel_reason, key_generation, key_first_used_at, key_last_used_at, lookup_after, created_by, attempts, created_at \
         FROM billing.payments WHERE organization_id = $1 AND id = $2 FOR UPDATE",
        organization_id.uuid(),
        id.uuid()
    );
    row.fetch_optional(connection).await?.map(Payment::try_from).transpose()
}

/// The sealed client secret of a payment.
#[tracing::instrument(level = "debug", name = "payments.find_client_secret", skip_all)]
pub async fn find_client_secret(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    id: PaymentId,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let sealed = sqlx::query_scalar!(
        "SELECT client_secret_sealed FROM billing.payments WHERE organization_id = $1 AND id = $2",
        organization_id.uuid(),
        id.uuid()
    );
    Ok(sealed.fetch_optional(connection).await?.flatten())
}

/// What is stored beside the payment's own state.
pub struct PaymentUpdate<'a> {
    /// None keeps the stored one.
    pub client_secret_sealed: Option<&'a [u8]>,
    /// When a worker claims it next; None for a payment that is final.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// The present time.
    pub now: DateTime<Utc>,
}

/// Writes the state of a payment that the transaction has locked.
#[tracing::instrument(level = "debug", name = "payments.update_state", skip_all)]
pub async fn update_state(
    connection: &mut PgConnection,
    payment: &Payment,
    update: PaymentUpdate<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE billing.payments SET status = $3, failure_code = $4, intent_id = $5, cancel_reason = $6, key_generation = $7, \
           key_first_used_at = $8, key_last_used_at = $9, lookup_after = $10, attempts = $11, \
           client_secret_sealed = coalesce($12, client_secret_sealed), next_attempt_at = $13, updated_at = $14 \
         WHERE organization_id = $1 AND id = $2",
        payment.organization_id.uuid(),
        payment.id.uuid(),
        payment.status.as_str(),
        payment.failure_code,
        payment.intent_id,
        payment.cancel_reason.map(CancelReason::as_str),
        payment.key_generation,
        payment.key_first_used_at,
        payment.key_last_used_at,
        payment.lookup_after,
        payment.attempts,
        update.client_secret_sealed,
        update.next_attempt_at,
        update.now
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// Claims the next payment that is due for this worker, until `lease_until`. One that is not final
/// and has no time, as processes of an older release may leave it, is due too.
#[tracing::instrument(level = "debug", name = "payments.claim_next_due", skip_all)]
pub async fn claim_next_due(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
) -> Result<Option<(Payment, TraceHeaders)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"UPDATE billing.payments SET next_attempt_at = $2, attempts = attempts + 1
           WHERE id = coalesce(
             (SELECT id FROM billing.payments WHERE next_attempt_at <= $1 ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED),
             (SELECT id FROM billing.payments WHERE next_attempt_at IS NULL AND status NOT IN ('succeeded', 'failed', 'canceled')
              ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED))
           RETURNING id, organization_id, trace AS "trace: Json<HashMap<String, String>>""#,
        now,
        lease_until
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let payment = find(connection, row.organization_id.into(), row.id.into()).await?;
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
