//! Intents at the processor beyond those that payments need.

use crate::domain::Payment;
use chrono::{DateTime, Utc};
use mc_access::tenancy;
use mc_vocabulary::{OrganizationId, PaymentId};
use sqlx::PgConnection;

/// An intent that is looked at until it charges nobody.
#[derive(Debug)]
pub struct Surplus {
    /// The processor's id.
    pub intent_id: String,
    pub organization_id: OrganizationId,
    /// The payment that it names.
    pub payment_id: PaymentId,
    /// As the processor last described it; None: it was not read yet.
    pub status: Option<String>,
    /// Looks since it was found.
    pub attempts: i32,
}

/// Adds an intent that is not what `payment` needs; one that is known is looked at again. Attempts
/// go on counting: each has a key of its own at Stripe.
#[tracing::instrument(level = "debug", name = "surplus.add", skip_all)]
pub async fn add(
    connection: &mut PgConnection,
    payment: &Payment,
    intent_id: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO billing.surplus_intents (organization_id, intent_id, payment_id, next_look_at, found_at, updated_at) \
         VALUES ($1, $2, $3, $4, $4, $4) ON CONFLICT (organization_id, intent_id) DO UPDATE \
         SET next_look_at = excluded.next_look_at",
        payment.organization_id.uuid(),
        intent_id,
        payment.id.uuid(),
        now
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Claims the next intent that is due for this worker, until `lease_until`.
#[tracing::instrument(level = "debug", name = "surplus.claim_next_due", skip_all)]
pub async fn claim_next_due(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
) -> Result<Option<Surplus>, sqlx::Error> {
    let row = sqlx::query!(
        "UPDATE billing.surplus_intents AS s SET next_look_at = $2, attempts = s.attempts + 1 \
         FROM (SELECT organization_id, intent_id FROM billing.surplus_intents \
           WHERE next_look_at <= $1 ORDER BY next_look_at LIMIT 1 FOR UPDATE SKIP LOCKED) AS due \
         WHERE s.organization_id = due.organization_id AND s.intent_id = due.intent_id \
         RETURNING s.organization_id, s.intent_id, s.payment_id, s.status, s.attempts",
        now,
        lease_until
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Surplus {
        intent_id: row.intent_id,
        organization_id: row.organization_id.into(),
        payment_id: row.payment_id.into(),
        status: row.status,
        attempts: row.attempts,
    }))
}

/// Stores how the processor describes an intent, and when it is looked at next.
#[tracing::instrument(level = "debug", name = "surplus.update", skip_all)]
pub async fn update(
    connection: &mut PgConnection,
    surplus: &Surplus,
    next_look_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE billing.surplus_intents SET status = $3, next_look_at = $4, updated_at = $5 \
         WHERE organization_id = $1 AND intent_id = $2",
        surplus.organization_id.uuid(),
        surplus.intent_id,
        surplus.status,
        next_look_at,
        now
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// The count of intents that charge somebody, or may.
#[tracing::instrument(level = "debug", name = "surplus.count_open", skip_all)]
pub async fn count_open(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM billing.surplus_intents WHERE next_look_at IS NOT NULL"#)
        .fetch_one(connection)
        .await
}
