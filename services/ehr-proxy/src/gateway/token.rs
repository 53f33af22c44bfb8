//! Credentials for an EHR: an access token, and an API key if the EHR requires one. From the cache,
//! or requested once for all concurrent callers.

use super::{AssertionKey, EhrError, SECRET_FIELDS, discovery::Discovery, request_token, token_cache::TokenCache};
use crate::domain::Connection;
use mc_keyring::{ExposeSecret, Secrets};
use mc_upstream::{SingleFlight, Upstream};
use mc_vocabulary::Clock;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Credentials of a call.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct AccessCredentials {
    /// The access token.
    pub token: String,
    /// Field `api_key` of the secret.
    pub api_key: Option<String>,
}

/// The credentials of one EHR.
pub(super) struct Tokens {
    source: Arc<Source>,
    flights: SingleFlight<(), AccessCredentials, EhrError>,
}

pub(super) struct Source {
    pub connection: Connection,
    pub upstream: Upstream,
    pub secrets: Secrets,
    pub cache: TokenCache,
    pub clock: Clock,
    pub discovery: Discovery,
}

impl Tokens {
    pub fn new(source: Source) -> Self {
        Self {
            source: Arc::new(source),
            flights: SingleFlight::new(),
        }
    }

    /// Valid credentials.
    ///
    /// # Errors
    /// [`EhrError`] if the token cannot be obtained.
    pub async fn get(&self) -> Result<AccessCredentials, EhrError> {
        if let Some(credentials) = self.source.cache.get().await {
            return Ok(credentials);
        }
        let source = Arc::clone(&self.source);
        self.flights.run((), || async move { source.fetch().await }).await
    }

    /// Drops `credentials`, which the EHR rejected; the next ones are requested anew.
    pub async fn invalidate(&self, credentials: &AccessCredentials) {
        self.source.cache.forget(credentials).await;
    }

    /// The cached token as stored.
    pub async fn sealed(&self) -> Option<Vec<u8>> {
        self.source.cache.sealed().await
    }
}

impl Source {
    async fn fetch(&self) -> Result<AccessCredentials, EhrError> {
        // Another flight may have ended since the cache was read.
        if let Some(credentials) = self.cache.get().await {
            return Ok(credentials);
        }
        let credentials = self
            .secrets
            .require(&self.connection.secret_name, &SECRET_FIELDS)
            .await?;
        let key = AssertionKey::new(&credentials).map_err(|_| EhrError::Setup("its private key is not usable"))?;
        let smart = self.discovery.get(&self.upstream).await?;
        if !smart.accepts(key.algorithm()) {
            self.discovery.forget();
            return Err(EhrError::Setup(
                "its authorization server does not accept our signature algorithm",
            ));
        }
        let now_s = self.clock.now().timestamp();
        let granted = request_token(
            &self.upstream,
            &smart.token_endpoint,
            &key,
            &self.connection.scope,
            now_s,
        )
        .await
        .inspect_err(|_| self.discovery.forget())?;
        let api_key = credentials.get("api_key").map(|value| value.expose_secret().to_owned());
        let credentials = AccessCredentials {
            token: granted.token,
            api_key,
        };
        self.cache.put(&credentials, granted.expires_in).await;
        Ok(credentials)
    }
}
