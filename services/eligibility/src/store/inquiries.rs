//! Inquiries sent to payers. Rows are only added.

use super::corrupt;
use crate::domain::{Coverage, Inquiry};
use sqlx::PgConnection;

/// The next control number; unique until 999 999 999 have been used.
#[tracing::instrument(level = "debug", name = "inquiries.next_control_number", skip_all)]
pub async fn next_control_number(connection: &mut PgConnection) -> Result<u32, sqlx::Error> {
    let number = sqlx::query_scalar!(r#"SELECT nextval('eligibility.control_numbers') AS "number!""#)
        .fetch_one(connection)
        .await?;
    u32::try_from(number).map_err(|_| corrupt("control_numbers"))
}

/// Stores an inquiry before it is sent.
#[tracing::instrument(level = "debug", name = "inquiries.insert", skip_all)]
pub async fn insert(
    connection: &mut PgConnection,
    coverage: &Coverage,
    payer: &str,
    inquiry: &Inquiry,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO eligibility.inquiries \
         (id, organization_id, coverage_id, payer, service_type, control_number, trace_number, requested_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        inquiry.payload_id,
        coverage.organization_id.uuid(),
        coverage.id.uuid(),
        payer,
        inquiry.service_type,
        i32::try_from(inquiry.control_number).map_err(|_| corrupt("inquiries.control_number"))?,
        inquiry.trace_number,
        inquiry.requested_at
    )
    .execute(connection)
    .await
    .map(drop)
}
