//! The secret of a connection: read, and compared with the connection, before each use.

use super::{AssertionKey, AssertionKeyError, EhrError, SECRET_FIELDS};
use crate::domain::{BOUND_FIELDS, Bounds, BoundsError, Connection};
use aws_lc_rs::digest::{Context, SHA256};
use mc_keyring::{Credentials, ExposeSecret, Secrets};

/// A secret that may be used for one connection: its bounds contain the connection.
pub(super) struct ClientSecret {
    credentials: Credentials,
    bounds: Bounds,
    /// Digest of the connection and of the bounds and the client that it was compared with.
    fingerprint: String,
}

impl ClientSecret {
    /// Reads the secret of `connection` and compares them.
    ///
    /// # Errors
    /// [`EhrError::Bounds`] if the connection is outside of the bounds or the secret has none;
    /// otherwise why the secret cannot be read.
    pub async fn get(secrets: &Secrets, connection: &Connection) -> Result<Self, EhrError> {
        let credentials = secrets.require(&connection.secret_name, &SECRET_FIELDS).await?;
        let bounds = read_bounds(&credentials)?;
        bounds.check(connection)?;
        Ok(Self {
            fingerprint: fingerprint(&credentials, connection),
            credentials,
            bounds,
        })
    }

    /// The bounds.
    pub fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// The client's private key.
    ///
    /// # Errors
    /// Naming the invalid field.
    pub fn key(&self) -> Result<AssertionKey, AssertionKeyError> {
        AssertionKey::new(&self.credentials)
    }

    /// Field `api_key`, if there is one.
    pub fn api_key(&self) -> Option<String> {
        self.credentials
            .get("api_key")
            .map(|value| value.expose_secret().to_owned())
    }

    /// What a token that this secret obtained is cached under: another connection, client or bound
    /// has another one, so a token is never sent where the current bounds do not allow it.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

/// The bounds in a secret. A secret without them is reported in the log with the remedy.
///
/// # Errors
/// Naming the field that is missing or invalid.
pub fn read_bounds(credentials: &Credentials) -> Result<Bounds, BoundsError> {
    let bounds = Bounds::read(|name| Some(credentials.get(name)?.expose_secret()));
    if let Err(error) = &bounds {
        let remedy = credentials.check(&BOUND_FIELDS).err();
        tracing::warn!(
            secret.name = credentials.secret_name(),
            secret.field = error.field(),
            remedy = remedy.map(tracing::field::display),
            "the secret of an EHR connection does not state its bounds and is not used"
        );
    }
    bounds
}

fn fingerprint(credentials: &Credentials, connection: &Connection) -> String {
    let mut context = Context::new(&SHA256);
    let mut add = |text: &str| {
        context.update(text.as_bytes());
        context.update(&[0xff]); // in no text
    };
    for text in [
        connection.organization_id.to_string().as_str(),
        connection.base_url.as_str(),
        &connection.secret_name,
        &connection.scope,
    ] {
        add(text);
    }
    for field in BOUND_FIELDS.into_iter().chain(["client_id"]) {
        add(credentials.get(field).map_or("", |value| value.expose_secret()));
    }
    let digest = context.finish();
    let (half, _) = digest.as_ref().split_first_chunk().unwrap_or((&[0; 16], &[]));
    format!("{:032x}", u128::from_be_bytes(*half))
}
