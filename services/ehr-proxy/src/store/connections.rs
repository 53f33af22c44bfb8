//! Connections, one per organization.

use super::corrupt;
use crate::domain::{Connection, ConnectionKind};
use chrono::{DateTime, Utc};
use mc_vocabulary::OrganizationId;
use sqlx::{PgConnection, types::Uuid};

struct Row {
    id: Uuid,
    organization_id: Uuid,
    kind: String,
    base_url: String,
    secret_name: String,
    scope: String,
    revision: i64,
}

impl TryFrom<Row> for Connection {
    type Error = sqlx::Error;
    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let kind = ConnectionKind::SmartBackendServices;
        if row.kind != kind.as_str() {
            return Err(corrupt("connections.kind"));
        }
        Ok(Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            kind,
            base_url: row.base_url.parse().map_err(|_| corrupt("connections.base_url"))?,
            secret_name: row.secret_name,
            scope: row.scope,
            revision: row.revision,
        })
    }
}

/// The organization's connection.
#[tracing::instrument(level = "debug", name = "connections.find", skip_all)]
pub async fn find(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
) -> Result<Option<Connection>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, organization_id, kind, base_url, secret_name, scope, revision FROM ehr_proxy.connections WHERE organization_id = $1",
        organization_id.uuid()
    )
    .fetch_optional(connection)
    .await?;
    row.map(Connection::try_from).transpose()
}

/// The first `limit` connections visible to the transaction.
#[tracing::instrument(level = "debug", name = "connections.list", skip_all)]
pub async fn list(connection: &mut PgConnection, limit: i64) -> Result<Vec<Connection>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, organization_id, kind, base_url, secret_name, scope, revision FROM ehr_proxy.connections ORDER BY id LIMIT $1",
        limit
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Connection::try_from).collect()
}

/// Writes the organization's connection and increments its revision. None if another organization
/// uses the secret.
#[tracing::instrument(level = "debug", name = "connections.insert_or_update", skip_all)]
pub async fn insert_or_update(
    connection: &mut PgConnection,
    wanted: &Connection,
    now: DateTime<Utc>,
) -> Result<Option<Connection>, sqlx::Error> {
    let written = sqlx::query_as!(
        Row,
        "INSERT INTO ehr_proxy.connections AS c (id, organization_id, kind, base_url, secret_name, scope, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7) \
         ON CONFLICT (organization_id) DO UPDATE SET kind = excluded.kind, base_url = excluded.base_url, \
           secret_name = excluded.secret_name, scope = excluded.scope, revision = c.revision + 1, updated_at = excluded.updated_at \
         RETURNING id, organization_id, kind, base_url, secret_name, scope, revision",
        wanted.id.uuid(),
        wanted.organization_id.uuid(),
        wanted.kind.as_str(),
        wanted.base_url.as_str(),
        wanted.secret_name,
        wanted.scope,
        now
    )
    .fetch_one(connection)
    .await;
    match written {
        Ok(row) => Connection::try_from(row).map(Some),
        Err(sqlx::Error::Database(fault)) if fault.is_unique_violation() => Ok(None),
        Err(error) => Err(error),
    }
}
