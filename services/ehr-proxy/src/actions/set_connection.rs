//! Sets an organization's connection to its EHR.

use crate::{
    AppState,
    domain::{Connection, ConnectionKind},
    gateway::{AssertionKey, EhrError, SECRET_FIELDS},
    store::connections,
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_keyring::{Secrets, SecretsError};
use mc_vocabulary::ConnectionId;
use url::Url;

/// The requested connection.
pub struct SetConnection {
    /// Authentication method.
    pub kind: ConnectionKind,
    /// Base URL of the FHIR R4 API.
    pub base_url: Url,
    /// Name of the secret with the credentials.
    pub secret_name: String,
    /// Requested scopes.
    pub scope: String,
}

/// Why the connection was not set.
#[derive(Debug, thiserror::Error)]
pub enum SetConnectionError {
    /// The address is not allowed.
    #[error("the address is not allowed")]
    Address(#[source] EhrError),
    /// A field of the secret is missing or invalid.
    #[error("field {0} of the secret is missing or invalid")]
    Secret(&'static str),
    /// The secret cannot be read now.
    #[error("the secret cannot be read")]
    SecretsUnavailable(#[source] SecretsError),
    /// Another organization uses the secret.
    #[error("another organization uses the secret")]
    SecretTaken,
    /// The store failed.
    #[error("the connection cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Sets the connection after checking its credentials. Idempotent: the same connection again
/// changes nothing.
///
/// # Errors
/// [`SetConnectionError`].
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    command: SetConnection,
) -> Result<Connection, SetConnectionError> {
    let organization_id = context.organization_id();
    let SetConnection {
        kind,
        base_url,
        secret_name,
        scope,
    } = command;
    let wanted = Connection {
        id: ConnectionId::new(),
        organization_id,
        kind,
        base_url,
        secret_name,
        scope,
        revision: 1,
    };
    state.ehrs.may_call(&wanted).map_err(SetConnectionError::Address)?;
    check_secret(&state.secrets, &wanted.secret_name).await?;

    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let before = connections::find(&mut transaction, organization_id).await?;
    if let Some(before) = before.filter(|before| {
        Connection {
            id: before.id,
            revision: before.revision,
            ..wanted.clone()
        } == *before
    }) {
        return Ok(before);
    }
    let now = state.clock.now();
    let written = connections::insert_or_update(&mut transaction, &wanted, now)
        .await?
        .ok_or(SetConnectionError::SecretTaken)?;
    let record = context
        .audit("ehr.connection.set", Interaction::Update)
        .entity("Connection", written.id)
        .detail("kind", written.kind.as_str())
        .detail("host", written.base_url.host_str())
        .detail("secret_name", written.secret_name.clone())
        .detail("revision", written.revision);
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(written)
}

async fn check_secret(secrets: &Secrets, name: &str) -> Result<(), SetConnectionError> {
    // The cached value may be older than the one that the administrator has just stored.
    secrets.invalidate(name);
    let credentials = match secrets.get(name).await {
        Ok(credentials) => credentials,
        Err(error @ SecretsError::Unavailable { .. }) => return Err(SetConnectionError::SecretsUnavailable(error)),
        Err(_) => return Err(SetConnectionError::Secret(SECRET_FIELDS[0])),
    };
    AssertionKey::new(&credentials)
        .map(drop)
        .map_err(|error| SetConnectionError::Secret(error.0))
}
