//! Verifications as callers received them. Rows are only added.

use crate::domain::Verification;
use chrono::{DateTime, Utc};
use mc_vocabulary::{CoverageId, OrganizationId, VerificationId};
use sqlx::PgConnection;
use uuid::Uuid;

/// The newest live answer about a coverage and service type.
pub struct LastGoodVerification {
    /// The verification that holds it.
    pub id: VerificationId,
    /// The answer, sealed.
    pub answer_sealed: Vec<u8>,
    /// The payer's trace number.
    pub payer_trace_number: Option<String>,
    /// The trace number of our inquiry.
    pub our_trace_number: String,
    /// When the payer answered.
    pub verified_at: DateTime<Utc>,
}

/// The newest live answer about a coverage and service type.
#[tracing::instrument(level = "debug", name = "verifications.find_last_good", skip_all)]
pub async fn find_last_good(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    coverage_id: CoverageId,
    service_type: &str,
) -> Result<Option<LastGoodVerification>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT v.id, v.answer_sealed AS "answer_sealed!", v.payer_trace_number, i.trace_number, v.verified_at
           FROM eligibility.verifications v JOIN eligibility.inquiries i ON i.organization_id = v.organization_id AND i.id = v.inquiry_id
           WHERE v.organization_id = $1 AND v.coverage_id = $2 AND v.service_type = $3 AND v.outcome = 'live'
           ORDER BY v.verified_at DESC LIMIT 1"#,
        organization_id.uuid(),
        coverage_id.uuid(),
        service_type
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| LastGoodVerification {
        id: row.id.into(),
        answer_sealed: row.answer_sealed,
        payer_trace_number: row.payer_trace_number,
        our_trace_number: row.trace_number,
        verified_at: row.verified_at,
    }))
}

/// A new verification.
pub struct NewVerification<'a> {
    /// As the caller receives it.
    pub verification: &'a Verification,
    pub organization_id: OrganizationId,
    /// `PayloadID` of the inquiry that was sent for it.
    pub inquiry_id: Option<Uuid>,
    /// For a cached one: the live one that it repeats.
    pub answered_by: Option<VerificationId>,
    /// For a live or rejected one: the payer's answer as the caller receives it.
    pub answer_sealed: Option<&'a [u8]>,
    /// The payer's payload, byte for byte.
    pub response_sealed: Option<&'a [u8]>,
    /// User or client id of the caller.
    pub verified_by: &'a str,
    /// When the payer answered, or now where it did not.
    pub at: DateTime<Utc>,
}

/// Adds a verification.
#[tracing::instrument(level = "debug", name = "verifications.insert", skip_all)]
pub async fn insert(connection: &mut PgConnection, new: NewVerification<'_>) -> Result<(), sqlx::Error> {
    let verification = new.verification;
    sqlx::query!(
        "INSERT INTO eligibility.verifications (id, organization_id, coverage_id, service_type, outcome, reason, inquiry_id, answered_by, \
         payer_trace_number, answer_sealed, response_sealed, verified_by, verified_at, took_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        verification.id.uuid(),
        new.organization_id.uuid(),
        verification.coverage_id.uuid(),
        verification.service_type,
        verification.outcome.as_str(),
        verification.reason.map(crate::domain::Reason::as_str),
        new.inquiry_id,
        new.answered_by.map(VerificationId::uuid),
        verification.payer_trace_number,
        new.answer_sealed,
        new.response_sealed,
        new.verified_by,
        new.at,
        i64::try_from(verification.duration_ms).unwrap_or(i64::MAX)
    )
    .execute(connection)
    .await
    .map(drop)
}
