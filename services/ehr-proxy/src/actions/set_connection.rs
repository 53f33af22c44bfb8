//! Sets an organization's connection to its EHR.

use crate::{
    AppState,
    domain::{Bounds, BoundsError, Connection, ConnectionKind},
    gateway::{AssertionKey, EhrError, SECRET_FIELDS, read_bounds},
    store::connections,
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::{Interaction, Outcome};
use mc_keyring::{Secrets, SecretsError};
use mc_vocabulary::ConnectionId;
use url::Url;

const ACTION: &str = "ehr.connection.set";

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
    /// The connection is outside of this bound of the secret. Recorded.
    #[error("the connection is outside of field {0} of the secret")]
    Outside(&'static str),
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

/// Sets the connection after checking its credentials, and that it is inside their bounds.
/// Idempotent: the same connection again changes nothing.
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
    let bounds = check_secret(&state.secrets, &wanted.secret_name).await?;
    if let Err(field) = check_bounds(state, &wanted, &bounds).await {
        let refusal = context
            .audit(ACTION, Interaction::Update)
            .outcome(Outcome::Denied)
            .detail("reason", "outside_bounds")
            .detail("field", field)
            .detail("host", wanted.base_url.host_str())
            .detail("secret_name", wanted.secret_name);
        state.mailbox.enqueue_now(Some(organization_id), &refusal).await?;
        return Err(SetConnectionError::Outside(field));
    }

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
        .audit(ACTION, Interaction::Update)
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

/// Compares all that is known of the connection with the bounds of its secret, and then what its
/// address names. The field of the secret that it is outside of.
async fn check_bounds(state: &AppState, wanted: &Connection, bounds: &Bounds) -> Result<(), &'static str> {
    bounds.check(wanted).map_err(BoundsError::field)?;
    match state.ehrs.check_token_endpoint(wanted, bounds).await {
        Err(EhrError::Bounds(error)) => Err(error.field()),
        _ => Ok(()),
    }
}

async fn check_secret(secrets: &Secrets, name: &str) -> Result<Bounds, SetConnectionError> {
    // The cached value may be older than the one that the operator has just stored.
    secrets.invalidate(name);
    let credentials = match secrets.get(name).await {
        Ok(credentials) => credentials,
        Err(error @ SecretsError::Unavailable { .. }) => return Err(SetConnectionError::SecretsUnavailable(error)),
        Err(_) => return Err(SetConnectionError::Secret(SECRET_FIELDS[0])),
    };
    AssertionKey::new(&credentials).map_err(|error| SetConnectionError::Secret(error.0))?;
    read_bounds(&credentials).map_err(|error| SetConnectionError::Secret(error.field()))
}
