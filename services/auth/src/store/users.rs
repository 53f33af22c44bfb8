//! People who can sign in.

use super::{role_names, roles};
use crate::domain::{Account, PasswordHash};
use chrono::{DateTime, Utc};
use mc_access::tenancy;
use mc_vocabulary::{OrganizationId, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

/// An account with its credentials.
pub struct StoredUser {
    /// The account.
    pub account: Account,
    /// First factor.
    pub password: PasswordHash,
    /// Second factor, sealed.
    pub totp_sealed: Option<Vec<u8>>,
    /// The last time step that was accepted.
    pub totp_step: Option<i64>,
}

struct Row {
    id: Uuid,
    organization_id: Uuid,
    password_hash: String,
    roles: Vec<String>,
    patient_id: Option<String>,
    totp_sealed: Option<Vec<u8>>,
    totp_step: Option<i64>,
    disabled_at: Option<DateTime<Utc>>,
}

impl From<Row> for StoredUser {
    fn from(row: Row) -> Self {
        Self {
            account: Account {
                id: row.id.into(),
                organization_id: row.organization_id.into(),
                roles: roles(row.roles),
                patient_id: row.patient_id.and_then(|id| id.parse().ok()),
                has_second_factor: row.totp_sealed.is_some(),
                disabled: row.disabled_at.is_some(),
            },
            password: PasswordHash::stored(row.password_hash),
            totp_sealed: row.totp_sealed,
            totp_step: row.totp_step,
        }
    }
}

/// A new person.
pub struct NewUser<'a> {
    pub account: &'a Account,
    /// Digest of the e-mail address, for look-up.
    pub email_digest: &'a [u8],
    pub email_sealed: &'a [u8],
    /// First factor.
    pub password: &'a PasswordHash,
    /// Second factor, if any.
    pub totp_sealed: Option<&'a [u8]>,
    pub created_at: DateTime<Utc>,
}

/// The account of an e-mail address.
#[tracing::instrument(level = "debug", name = "users.find_by_email", skip_all)]
pub async fn find_by_email(connection: &mut PgConnection, digest: &[u8]) -> Result<Option<StoredUser>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, organization_id, password_hash, roles, patient_id, totp_sealed, totp_step, disabled_at \
         FROM auth.users WHERE email_digest = $1",
        digest
    );
    Ok(row.fetch_optional(connection).await?.map(StoredUser::from))
}

/// The organization of an account, for whoever knows no more than its id.
#[tracing::instrument(level = "debug", name = "users.find_organization", skip_all)]
pub async fn find_organization(
    connection: &mut PgConnection,
    id: UserId,
) -> Result<Option<OrganizationId>, sqlx::Error> {
    let found = sqlx::query_scalar!("SELECT organization_id FROM auth.users WHERE id = $1", id.uuid());
    Ok(found.fetch_optional(connection).await?.map(OrganizationId::from))
}

/// The account of an id.
#[tracing::instrument(level = "debug", name = "users.find", skip_all)]
pub async fn find(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    id: UserId,
) -> Result<Option<StoredUser>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, organization_id, password_hash, roles, patient_id, totp_sealed, totp_step, disabled_at \
         FROM auth.users WHERE organization_id = $1 AND id = $2",
        organization_id.uuid(),
        id.uuid()
    );
    Ok(row.fetch_optional(connection).await?.map(StoredUser::from))
}

/// The account of an id, locked until the transaction ends.
#[tracing::instrument(level = "debug", name = "users.get_for_update", skip_all)]
pub async fn get_for_update(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    id: UserId,
) -> Result<Option<StoredUser>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, organization_id, password_hash, roles, patient_id, totp_sealed, totp_step, disabled_at \
         FROM auth.users WHERE organization_id = $1 AND id = $2 FOR UPDATE",
        organization_id.uuid(),
        id.uuid()
    );
    Ok(row.fetch_optional(connection).await?.map(StoredUser::from))
}

/// Adds a person; false where the address is taken.
#[tracing::instrument(level = "debug", name = "users.insert", skip_all)]
pub async fn insert(connection: &mut PgConnection, new: NewUser<'_>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "INSERT INTO auth.users (id, organization_id, email_digest, email_sealed, password_hash, roles, patient_id, totp_sealed, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (email_digest) DO NOTHING",
        new.account.id.uuid(),
        new.account.organization_id.uuid(),
        new.email_digest,
        new.email_sealed,
        new.password.as_str(),
        &role_names(&new.account.roles),
        new.account.patient_id.as_ref().map(mc_vocabulary::PatientId::as_str),
        new.totp_sealed,
        new.created_at,
    );
    Ok(done.execute(connection).await?.rows_affected() == 1)
}

/// Stores the time step of an accepted second factor.
#[tracing::instrument(level = "debug", name = "users.update_totp_step", skip_all)]
pub async fn update_totp_step(
    connection: &mut PgConnection,
    account: &Account,
    totp_step: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE auth.users SET totp_step = $3 WHERE organization_id = $1 AND id = $2",
        account.organization_id.uuid(),
        account.id.uuid(),
        totp_step
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// Disables an account; the time of the first call stays.
#[tracing::instrument(level = "debug", name = "users.update_disabled", skip_all)]
pub async fn update_disabled(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    id: UserId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE auth.users SET disabled_at = coalesce(disabled_at, $3) WHERE organization_id = $1 AND id = $2",
        organization_id.uuid(),
        id.uuid(),
        now
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// The count of an organization's people.
#[tracing::instrument(level = "debug", name = "users.count", skip_all)]
pub async fn count(connection: &mut PgConnection, organization_id: OrganizationId) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM auth.users WHERE organization_id = $1"#,
        organization_id.uuid()
    )
    .fetch_one(connection)
    .await
}

/// The stored bytes of the newest addresses, to see whether they are sealed.
#[tracing::instrument(level = "debug", name = "users.list_sealed_emails", skip_all)]
pub async fn list_sealed_emails(connection: &mut PgConnection, limit: i64) -> Result<Vec<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!("SELECT email_sealed FROM auth.users ORDER BY id DESC LIMIT $1", limit)
        .fetch_all(connection)
        .await
}
