//! FHIR resources, as text.

use crate::domain::charts::SeedResource;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A stored resource.
#[derive(Debug)]
pub struct StoredResource {
    /// Logical id.
    pub id: String,
    /// The patient whose chart it belongs to.
    pub patient_id: String,
    /// `meta.versionId`.
    pub version: i32,
    /// JSON text.
    pub body: String,
    /// `meta.lastUpdated`.
    pub updated_at: DateTime<Utc>,
}

/// Adds missing resources; existing ones are left unchanged.
#[tracing::instrument(level = "debug", name = "charts.insert_missing", skip_all)]
pub async fn insert_missing(
    connection: &mut PgConnection,
    seeds: &[SeedResource],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let column = |read: fn(&SeedResource) -> &String| seeds.iter().map(read).cloned().collect::<Vec<_>>();
    sqlx::query!(
        "INSERT INTO sandbox.fhir_resources (organization, resource_type, id, patient_id, body, updated_at)
         SELECT s.organization, s.resource_type, s.id, s.patient_id, s.body, $6
         FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
              AS s (organization, resource_type, id, patient_id, body)
         ON CONFLICT DO NOTHING",
        &column(|s| &s.organization),
        &column(|s| &s.resource_type),
        &column(|s| &s.id),
        &column(|s| &s.patient_id),
        &column(|s| &s.body),
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A resource of an organization.
#[tracing::instrument(level = "debug", name = "charts.find", skip_all)]
pub async fn find(
    connection: &mut PgConnection,
    organization: &str,
    resource_type: &str,
    id: &str,
) -> Result<Option<StoredResource>, sqlx::Error> {
    sqlx::query_as!(
        StoredResource,
        "SELECT id, patient_id, version, body, updated_at FROM sandbox.fhir_resources
         WHERE organization = $1 AND resource_type = $2 AND id = $3",
        organization,
        resource_type,
        id
    )
    .fetch_optional(connection)
    .await
}

/// A resource of an organization, locked until the transaction ends.
#[tracing::instrument(level = "debug", name = "charts.get_for_update", skip_all)]
pub async fn get_for_update(
    connection: &mut PgConnection,
    organization: &str,
    resource_type: &str,
    id: &str,
) -> Result<Option<StoredResource>, sqlx::Error> {
    sqlx::query_as!(
        StoredResource,
        "SELECT id, patient_id, version, body, updated_at FROM sandbox.fhir_resources
         WHERE organization = $1 AND resource_type = $2 AND id = $3 FOR UPDATE",
        organization,
        resource_type,
        id
    )
    .fetch_optional(connection)
    .await
}

/// Every resource of a type in a patient's chart, by id.
#[tracing::instrument(level = "debug", name = "charts.list", skip_all)]
pub async fn list(
    connection: &mut PgConnection,
    organization: &str,
    resource_type: &str,
    patient_id: &str,
) -> Result<Vec<StoredResource>, sqlx::Error> {
    sqlx::query_as!(
        StoredResource,
        "SELECT id, patient_id, version, body, updated_at FROM sandbox.fhir_resources
         WHERE organization = $1 AND resource_type = $2 AND patient_id = $3 ORDER BY id",
        organization,
        resource_type,
        patient_id
    )
    .fetch_all(connection)
    .await
}

/// Replaces the text and increments the version.
#[tracing::instrument(level = "debug", name = "charts.update", skip_all)]
pub async fn update(
    connection: &mut PgConnection,
    (organization, resource_type, id): (&str, &str, &str),
    body: &str,
    now: DateTime<Utc>,
) -> Result<StoredResource, sqlx::Error> {
    sqlx::query_as!(
        StoredResource,
        "UPDATE sandbox.fhir_resources SET body = $4, version = version + 1, updated_at = $5
         WHERE organization = $1 AND resource_type = $2 AND id = $3
         RETURNING id, patient_id, version, body, updated_at",
        organization,
        resource_type,
        id,
        body,
        now
    )
    .fetch_one(connection)
    .await
}
