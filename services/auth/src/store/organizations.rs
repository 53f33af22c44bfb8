//! Organizations.

use chrono::{DateTime, Utc};
use mc_vocabulary::OrganizationId;
use sqlx::PgConnection;

/// The organization of that name.
#[tracing::instrument(level = "debug", name = "organizations.find_by_name", skip_all)]
pub async fn find_by_name(connection: &mut PgConnection, name: &str) -> Result<Option<OrganizationId>, sqlx::Error> {
    let id = sqlx::query_scalar!("SELECT id FROM auth.organizations WHERE name = $1", name)
        .fetch_optional(connection)
        .await?;
    Ok(id.map(OrganizationId::from))
}

/// Adds an organization.
#[tracing::instrument(level = "debug", name = "organizations.insert", skip_all)]
pub async fn insert(
    connection: &mut PgConnection,
    id: OrganizationId,
    name: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO auth.organizations (id, name, created_at) VALUES ($1, $2, $3)",
        id.uuid(),
        name,
        now
    )
    .execute(connection)
    .await
    .map(drop)
}
