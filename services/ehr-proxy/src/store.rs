//! What ehr-proxy remembers. The only place with SQL; plain functions over a connection.

pub mod connections;
pub mod consents;

/// A value of a table is not what its checks promise.
fn corrupt(column: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(format!("{column} holds what its checks forbid").into())
}

/// How many audit records were put into the outbox in the last 24 hours.
///
/// # Errors
/// The database's.
pub async fn audit_records_since_yesterday(pool: &sqlx::PgPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM ehr_proxy.outbox WHERE envelope ->> 'type' = 'ehr-proxy.audit.recorded.v1' AND created_at > now() - interval '24 hours'"#
    )
    .fetch_one(pool)
    .await
}
