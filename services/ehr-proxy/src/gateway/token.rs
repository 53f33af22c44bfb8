//! The token of one connection: from the cache, or asked for once for all who want it.

use super::{AssertionKey, EhrError, SECRET_FIELDS, discovery::Discovery, request_token, token_cache::TokenCache};
use crate::domain::Connection;
use mc_keyring::Secrets;
use mc_upstream::{SingleFlight, Upstream};
use mc_vocabulary::Clock;
use std::sync::Arc;

/// Gives tokens.
pub(super) struct Tokens {
    source: Arc<Source>,
    flights: SingleFlight<(), String, EhrError>,
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

    /// A token that is good for now.
    pub async fn get(&self) -> Result<String, EhrError> {
        if let Some(token) = self.source.cache.get().await {
            return Ok(token);
        }
        let source = Arc::clone(&self.source);
        self.flights.run((), || async move { source.fetch().await }).await
    }

    /// The EHR does not believe `token`: the next one is asked for anew.
    pub async fn drop_token(&self, token: &str) {
        self.source.cache.forget(token).await;
    }

    /// The bytes that the cache holds.
    pub async fn sealed(&self) -> Option<Vec<u8>> {
        self.source.cache.sealed().await
    }
}

impl Source {
    async fn fetch(&self) -> Result<String, EhrError> {
        // Another flight may have ended between the look into the cache and this one.
        if let Some(token) = self.cache.get().await {
            return Ok(token);
        }
        let credentials = self
            .secrets
            .require(&self.connection.secret_name, &SECRET_FIELDS)
            .await?;
        let key = AssertionKey::new(&credentials).map_err(|_| EhrError::Setup("its private key is not usable"))?;
        let smart = self.discovery.get(&self.upstream).await?;
        if !smart.takes(key.algorithm()) {
            return Err(EhrError::Setup("its authorization server does not take our signature"));
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
        self.cache.put(&granted).await;
        Ok(granted.token)
    }
}
