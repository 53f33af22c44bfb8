//! Sealed tokens in Redis, shared by all processes. A failure here only costs time.

use crate::domain::Connection;
use mc_keyring::Seals;
use redis::{AsyncCommands, aio::ConnectionManager};
use std::{sync::Arc, time::Duration};

/// Time limit for Redis.
const REDIS_TIMEOUT: Duration = Duration::from_millis(300);
const COLUMN: &str = "tokens.ehr";

/// The cache of one connection's token.
pub(super) struct TokenCache {
    redis: ConnectionManager,
    seals: Arc<Seals>,
    connection: Connection,
}

impl TokenCache {
    pub fn new(redis: ConnectionManager, seals: Arc<Seals>, connection: Connection) -> Self {
        Self {
            redis,
            seals,
            connection,
        }
    }

    /// The key of a token. A changed connection, a changed bound of its secret or another client
    /// does not use the token of its predecessor.
    fn key(&self, fingerprint: &str) -> String {
        let Connection { id, revision, .. } = &self.connection;
        format!("ehr-proxy:token:{id}:{revision}:{fingerprint}")
    }

    pub async fn get(&self, fingerprint: &str) -> Option<String> {
        let sealed = self.sealed(fingerprint).await?;
        let opened = self
            .seals
            .open(self.connection.organization_id, COLUMN, self.key(fingerprint), &sealed)
            .await;
        match opened {
            Ok(token) => std::str::from_utf8(&token).ok().map(str::to_owned),
            Err(error) => {
                tracing::warn!(error.message = %error, "a cached token cannot be opened; a new one is requested");
                None
            }
        }
    }

    /// The token as stored in Redis: the evidence for encryption at rest checks it.
    pub async fn sealed(&self, fingerprint: &str) -> Option<Vec<u8>> {
        let (mut redis, key) = (self.redis.clone(), self.key(fingerprint));
        within("read", async move { redis.get::<_, Option<Vec<u8>>>(key).await })
            .await
            .flatten()
    }

    /// Caches the token until shortly before it expires.
    pub async fn put(&self, fingerprint: &str, token: &str, expires_in: Duration) {
        let expires_in_s = expires_in.as_secs();
        let kept_s = expires_in_s.saturating_sub((expires_in_s / 10).max(10));
        if kept_s == 0 {
            return;
        }
        let key = self.key(fingerprint);
        let sealed = match self
            .seals
            .seal(self.connection.organization_id, COLUMN, &key, token.as_bytes())
            .await
        {
            Ok(sealed) => sealed,
            Err(error) => return tracing::warn!(error.message = %error, "a token cannot be sealed and is not cached"),
        };
        let mut redis = self.redis.clone();
        within(
            "write",
            async move { redis.set_ex::<_, _, ()>(key, sealed, kept_s).await },
        )
        .await;
    }

    /// Drops the token if it is still `token`: another process may have stored a valid one
    /// meanwhile.
    pub async fn forget(&self, fingerprint: &str, token: &str) {
        if self.get(fingerprint).await.is_some_and(|kept| kept == token) {
            let (mut redis, key) = (self.redis.clone(), self.key(fingerprint));
            within("forget", async move { redis.del::<_, ()>(key).await }).await;
        }
    }
}

async fn within<T>(what: &'static str, work: impl Future<Output = redis::RedisResult<T>>) -> Option<T> {
    match tokio::time::timeout(REDIS_TIMEOUT, work).await {
        Ok(Ok(value)) => Some(value),
        Ok(Err(error)) => {
            tracing::warn!(operation = what, error.kind = ?error.kind(), "the token cache failed");
            None
        }
        Err(_) => {
            tracing::warn!(operation = what, "the token cache timed out");
            None
        }
    }
}
