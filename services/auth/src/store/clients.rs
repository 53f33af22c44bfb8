//! Machines.

use super::{role_names, roles};
use crate::domain::Machine;
use chrono::{DateTime, Utc};
use mc_vocabulary::ClientId;
use sqlx::PgConnection;

/// The machine and the hash of its secret; None where it is unknown or disabled.
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
