//! Coverages.

use super::corrupt;
use crate::domain::Coverage;
use chrono::{DateTime, Utc};
use mc_hipaa::eligibility::{Organization, Provider};
use mc_vocabulary::{CoverageId, OrganizationId};
use sqlx::PgConnection;
use uuid::Uuid;

struct Row {
    id: Uuid,
    organization_id: Uuid,
    patient_id: String,
    payer_id: String,
    payer_name: String,
    provider_name: String,
    provider_npi: String,
    member_sealed: Vec<u8>,
    created_at: DateTime<Utc>,
}

/// Adds a coverage.
#[tracing::instrument(level = "debug", name = "coverages.insert", skip_all)]
pub async fn insert(
    connection: &mut PgConnection,
    coverage: &Coverage,
    member_sealed: &[u8],
    recorded_by: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO eligibility.coverages \
         (id, organization_id, patient_id, payer_id, payer_name, provider_name, provider_npi, member_sealed, recorded_by, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        coverage.id.uuid(),
        coverage.organization_id.uuid(),
        coverage.patient_id.as_str(),
        coverage.payer.id,
        coverage.payer.name,
        coverage.provider.name,
        coverage.provider.npi,
        member_sealed,
        recorded_by,
        coverage.created_at
    )
    .execute(connection)
    .await
    .map(drop)
}

/// A coverage and its sealed member.
#[tracing::instrument(level = "debug", name = "coverages.find", skip_all)]
pub async fn find(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    id: CoverageId,
) -> Result<Option<(Coverage, Vec<u8>)>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, organization_id, patient_id, payer_id, payer_name, provider_name, provider_npi, member_sealed, created_at \
         FROM eligibility.coverages WHERE organization_id = $1 AND id = $2",
        organization_id.uuid(),
        id.uuid()
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let coverage = Coverage {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            patient_id: row.patient_id.parse().map_err(|_| corrupt("coverages.patient_id"))?,
            payer: Organization {
                name: row.payer_name,
                id: row.payer_id,
            },
            provider: Provider {
                name: row.provider_name,
                npi: row.provider_npi,
            },
            created_at: row.created_at,
        };
        Ok((coverage, row.member_sealed))
    })
    .transpose()
}

/// The stored bytes of the newest members, to see whether they are sealed.
#[tracing::instrument(level = "debug", name = "coverages.list_sealed_members", skip_all)]
pub async fn list_sealed_members(connection: &mut PgConnection, limit: i64) -> Result<Vec<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT member_sealed FROM eligibility.coverages ORDER BY id DESC LIMIT $1",
        limit
    )
    .fetch_all(connection)
    .await
}
