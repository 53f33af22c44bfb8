//! The EHR's token endpoint (SMART Backend Services).

use super::random;
use crate::{
    AppState,
    domain::{
        assertion::{self, AssertionError},
        scopes::Scopes,
    },
    store::tokens::{self, Grant},
};
use aws_lc_rs::digest;
use chrono::Duration;
use mc_chassis::transaction::Transaction;

/// A token request.
#[derive(Debug, Default)]
pub struct TokenRequest {
    /// Address at which the caller reaches this endpoint: the required `aud`.
    pub token_url: String,
    /// Must be `client_credentials`.
    pub grant_type: String,
    /// Must be the JWT bearer type.
    pub client_assertion_type: String,
    /// The signed JWT.
    pub client_assertion: String,
    /// Requested scopes.
    pub scope: String,
}

/// An issued token.
#[derive(Debug)]
pub struct Issued {
    /// Opaque.
    pub access_token: String,
    /// In seconds.
    pub expires_in: i64,
    /// May be narrower than requested.
    pub scope: String,
}

/// Why no token is issued.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// RFC 6749 section 5.2.
    #[error("{code}: {reason}")]
    Refused {
        /// `invalid_client`, ...
        code: &'static str,
        /// Description for the developer.
        reason: String,
    },
    /// The store failed.
    #[error("the token could not be stored")]
    Database(#[from] sqlx::Error),
}

impl From<AssertionError> for TokenError {
    fn from(error: AssertionError) -> Self {
        refused("invalid_client", error)
    }
}

fn refused(code: &'static str, reason: impl ToString) -> TokenError {
    TokenError::Refused {
        code,
        reason: reason.to_string(),
    }
}

/// Issues a token for a valid assertion that was not used before.
///
/// # Errors
/// [`TokenError`].
pub async fn issue_token(state: &AppState, request: &TokenRequest) -> Result<Issued, TokenError> {
    if request.grant_type != "client_credentials" {
        return Err(refused(
            "unsupported_grant_type",
            "grant_type must be client_credentials",
        ));
    }
    if request.client_assertion_type != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
        return Err(refused(
            "invalid_request",
            "client_assertion_type must be the JWT bearer type",
        ));
    }
    let now = state.clock.now();
    let assertion = assertion::check(&request.client_assertion, &state.clients, &request.token_url, now)?;
    let client = assertion.client;
    let scope = Scopes::parse(&client.scope).grant(&Scopes::parse(&request.scope));
    let mut transaction = Transaction::begin(&state.pool, None).await?;
    // The assertion is used up even where the scope is refused.
    let new = tokens::insert_assertion(
        &mut transaction,
        &client.client_id,
        &assertion.jti,
        assertion.expires_at,
        now,
    )
    .await?;
    if !new {
        return Err(refused("invalid_client", "jti was used before"));
    }
    if scope.is_empty() {
        transaction.commit().await?;
        return Err(refused(
            "invalid_scope",
            "none of the scopes is registered for this client",
        ));
    }
    let (access_token, lifetime) = (random::alphanumeric(48), Duration::seconds(state.settings.ehr.token_s));
    let grant = Grant {
        organization: client.organization.clone(),
        scope: scope.to_string(),
    };
    tokens::insert(
        &mut transaction,
        &token_hash(&access_token),
        &client.client_id,
        &grant,
        now + lifetime,
        now,
    )
    .await?;
    transaction.commit().await?;
    Ok(Issued {
        access_token,
        expires_in: lifetime.num_seconds(),
        scope: grant.scope,
    })
}

/// The stored form of a token: its SHA-256.
pub fn token_hash(token: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, token.as_bytes()).as_ref().to_vec()
}
