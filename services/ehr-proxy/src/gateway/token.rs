//! Credentials for an EHR: an access token, and an API key if the EHR requires one. From the cache,
//! or requested once for all concurrent callers.

use super::{EhrError, client_secret::ClientSecret, discovery::Discovery, request_token, token_cache::TokenCache};
use crate::domain::Connection;
use mc_keyring::Secrets;
use mc_upstream::{SingleFlight, Upstream};
use mc_vocabulary::Clock;
use std::sync::Arc;

/// Credentials of a call.
#[derive(Clone)]
pub(super) struct AccessCredentials {
    /// The access token.
    pub token: String,
    /// Field `api_key` of the secret.
    pub api_key: Option<String>,
    /// Fingerprint of the secret that obtained the token.
    fingerprint: String,
}

/// The credentials of one EHR.
pub(super) struct Tokens {
    source: Arc<Source>,
    /// By fingerprint.
    flights: SingleFlight<String, String, EhrError>,
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

    /// Valid credentials, for a connection inside the current bounds of its secret.
    ///
    /// # Errors
    /// [`EhrError::Bounds`] if the secret may not be used for the connection; otherwise why the
    /// token cannot be obtained.
    pub async fn get(&self) -> Result<AccessCredentials, EhrError> {
        let secret = self.source.secret().await?;
        let (api_key, fingerprint) = (secret.api_key(), secret.fingerprint().to_owned());
        let token = if let Some(token) = self.source.cache.get(&fingerprint).await {
            token
        } else {
            let source = Arc::clone(&self.source);
            let fetch = || async move { source.fetch(&secret).await };
            self.flights.run(fingerprint.clone(), fetch).await?
        };
        Ok(AccessCredentials {
            token,
            api_key,
            fingerprint,
        })
    }

    /// Checks that the secret may be used for the connection, without calling the EHR.
    ///
    /// # Errors
    /// As [`Tokens::get`].
    pub async fn check(&self) -> Result<(), EhrError> {
        self.source.secret().await.map(drop)
    }

    /// Drops `credentials`, which the EHR rejected; the next ones are requested anew.
    pub async fn invalidate(&self, credentials: &AccessCredentials) {
        self.source
            .cache
            .forget(&credentials.fingerprint, &credentials.token)
            .await;
    }

    /// The cached token as stored.
    pub async fn sealed(&self) -> Option<Vec<u8>> {
        let secret = self.source.secret().await.ok()?;
        self.source.cache.sealed(secret.fingerprint()).await
    }
}

impl Source {
    async fn secret(&self) -> Result<ClientSecret, EhrError> {
        ClientSecret::get(&self.secrets, &self.connection).await
    }

    async fn fetch(&self, secret: &ClientSecret) -> Result<String, EhrError> {
        // Another flight may have ended since the cache was read.
        if let Some(token) = self.cache.get(secret.fingerprint()).await {
            return Ok(token);
        }
        let key = secret
            .key()
            .map_err(|_| EhrError::Setup("its private key is not usable"))?;
        let smart = self.discovery.get(&self.upstream).await?;
        // Whoever answers at the base URL names the endpoint: nothing is signed for another one.
        secret
            .bounds()
            .check_token_endpoint(&smart.token_endpoint)
            .inspect_err(|_| self.discovery.forget())?;
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
        self.cache
            .put(secret.fingerprint(), &granted.token, granted.expires_in)
            .await;
        Ok(granted.token)
    }
}
