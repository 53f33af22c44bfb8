//! What callers were told. Only ever added.

use crate::domain::Verification;
use chrono::{DateTime, Utc};
use mc_vocabulary::{CoverageId, OrganizationId, VerificationId};
use sqlx::PgConnection;
use uuid::Uuid;

/// A live answer of before.
pub struct Good {
    /// Which verification it was.
    pub id: VerificationId,
    /// What was told, sealed.
    pub answer_sealed: Vec<u8>,
    /// The payer's number for it.
    pub payer_trace_number: Option<String>,
    /// Our number for its question.
    pub our_trace_number: String,
    /// When.
    pub verified_at: DateTime<Utc>,
}

/// The last live answer about a coverage and service type.
///
/// # Errors
/// The database's.
pub async fn find_last_good(
    connection: &mut PgConnection,
    coverage_id: CoverageId,
    service_type: &str,
) -> Result<Option<Good>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT v.id, v.answer_sealed AS "answer_sealed!", v.payer_trace_number, i.trace_number, v.verified_at
           FROM eligibility.verifications v JOIN eligibility.inquiries i ON i.id = v.inquiry_id
           WHERE v.coverage_id = $1 AND v.service_type = $2 AND v.outcome = 'live' ORDER BY v.verified_at DESC LIMIT 1"#,
        coverage_id.uuid(),
        service_type
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Good {
        id: row.id.into(),
        answer_sealed: row.answer_sealed,
        payer_trace_number: row.payer_trace_number,
        our_trace_number: row.trace_number,
        verified_at: row.verified_at,
    }))
}

/// A new verification.
pub struct New<'a> {
    /// What is told.
    pub verification: &'a Verification,
    /// Whose.
    pub organization_id: OrganizationId,
    /// `PayloadID` of the question that was sent for it.
    pub inquiry_id: Option<Uuid>,
    /// For a cached one: the live one that it repeats.
    pub answered_by: Option<VerificationId>,
    /// For a live or rejected one: what the payer said, as told.
    pub answer_sealed: Option<&'a [u8]>,
    /// What the payer sent, as it came.
    pub response_sealed: Option<&'a [u8]>,
    /// Who asked.
    pub verified_by: &'a str,
    /// Now.
    pub at: DateTime<Utc>,
}

/// Adds one.
///
/// # Errors
/// The database's.
pub async fn insert(connection: &mut PgConnection, new: New<'_>) -> Result<(), sqlx::Error> {
    let told = new.verification;
    sqlx::query!(
        "INSERT INTO eligibility.verifications (id, organization_id, coverage_id, service_type, outcome, reason, inquiry_id, answered_by, \
         payer_trace_number, answer_sealed, response_sealed, verified_by, verified_at, took_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        told.id.uuid(),
        new.organization_id.uuid(),
        told.coverage_id.uuid(),
        told.service_type,
        told.outcome.as_str(),
        told.reason.map(crate::domain::Reason::as_str),
        new.inquiry_id,
        new.answered_by.map(VerificationId::uuid),
        told.payer_trace_number,
        new.answer_sealed,
        new.response_sealed,
        new.verified_by,
        new.at,
        i64::try_from(told.took_ms).unwrap_or(i64::MAX)
    )
    .execute(connection)
    .await
    .map(drop)
}
