//! Machines.

use super::{role_names, roles};
use crate::domain::Machine;
use chrono::{DateTime, Utc};
use mc_vocabulary::{ClientId, OrganizationId};
use sqlx::PgConnection;

/// The machine and the hash of its secret; None where it is unknown or disabled. For a sign-in: the
/// organization is that of the machine.
#[tracing::instrument(level = "debug", name = "clients.find", skip_all)]
pub async fn find(connection: &mut PgConnection, id: ClientId) -> Result<Option<(Machine, Vec<u8>)>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT id, organization_id, secret_hash, roles FROM auth.clients WHERE id = $1 AND disabled_at IS NULL",
        id.uuid()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| {
        let machine = Machine {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            roles: roles(row.roles),
        };
        (machine, row.secret_hash)
    }))
}

/// Whether the organization has this machine, and it is not disabled.
#[tracing::instrument(level = "debug", name = "clients.exists_enabled", skip_all)]
pub async fn exists_enabled(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    id: ClientId,
) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM auth.clients WHERE organization_id = $1 AND id = $2 AND disabled_at IS NULL) AS "found!""#,
        organization_id.uuid(),
        id.uuid()
    );
    found.fetch_one(connection).await
}

/// Adds a machine.
#[tracing::instrument(level = "debug", name = "clients.insert", skip_all)]
pub async fn insert(
    connection: &mut PgConnection,
    machine: &Machine,
    name: &str,
    secret_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO auth.clients (id, organization_id, name, secret_hash, roles, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        machine.id.uuid(),
        machine.organization_id.uuid(),
        name,
        secret_hash,
        &role_names(&machine.roles),
        now
    )
    .execute(connection)
    .await
    .map(drop)
}
