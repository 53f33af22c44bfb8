//! The tables of schema `ehr_proxy`: SQL as plain functions over a connection.

pub mod connections;
pub mod consents;

/// A stored value violates a check of the table.
fn corrupt(column: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(format!("{column} violates its check").into())
}

/// The count of audit records that were enqueued in the last 24 hours.
#[tracing::instrument(level = "debug", name = "outbox.count_audit_records", skip_all)]
pub async fn count_audit_records_since_yesterday(pool: &sqlx::PgPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM ehr_proxy.outbox WHERE envelope ->> 'type' = 'ehr-proxy.audit.recorded.v1' AND created_at > now() - interval '24 hours'"#
    )
    .fetch_one(pool)
    .await
}
