//! Named credentials, read from a secrets manager.

mod aws;
mod cache;
mod config;
mod credentials;
mod error;
mod files;

use std::{path::PathBuf, sync::Arc, time::Duration};

pub use config::{SecretsConfig, SecretsProvider};
pub use credentials::Credentials;
pub use error::SecretsError;

use aws::AwsProvider;
use cache::Cache;
use files::FilesProvider;

/// The secrets of this process. Cheap to clone; clones share one cache.
///
/// Values are cached for 60 seconds, so that a rotated secret needs no restart. If a refresh fails,
/// the previous value is used and a warning logged.
#[derive(Clone, Debug)]
pub struct Secrets {
    backend: Arc<Backend>,
    cache: Arc<Cache>,
}

#[derive(Debug)]
enum Backend {
    Files(FilesProvider),
    Aws(AwsProvider),
}

impl Secrets {
    /// Reads `<dir>/<secret name>/<field>`: the layout in which Kubernetes mounts secrets.
    pub fn files(dir: impl Into<PathBuf>) -> Self {
        Self::over(Backend::Files(FilesProvider::new(dir.into())))
    }

    /// Reads AWS Secrets Manager: secret id `<prefix><secret name>`, value a JSON object of fields.
    ///
    /// Region and identity come from the standard AWS environment; `endpoint_url` replaces the
    /// address of the service (VPC endpoints, local emulators).
    pub async fn aws(prefix: impl Into<String>, endpoint_url: Option<String>) -> Self {
        Self::over(Backend::Aws(AwsProvider::connect(prefix.into(), endpoint_url).await))
    }

    /// Opens the configured provider.
    ///
    /// # Errors
    /// [`SecretsError::Setting`] if the provider lacks a setting.
    pub async fn from_config(config: &SecretsConfig) -> Result<Self, SecretsError> {
        match config.provider {
            SecretsProvider::Files => {
                let dir = config.dir.clone().ok_or(SecretsError::Setting {
                    setting: "dir",
                    provider: "files",
                })?;
                Ok(Self::files(dir))
            }
            SecretsProvider::Aws => {
                Ok(Self::aws(config.prefix.clone().unwrap_or_default(), config.endpoint_url.clone()).await)
            }
        }
    }

    /// Caches values for `ttl` instead of 60 seconds.
    pub fn with_cache_ttl(mut self, ttl: Duration) -> Self {
        self.cache = Arc::new(Cache::new(ttl));
        self
    }

    /// `files` or `aws_secrets_manager`, as shown in the evidence of policies.
    pub fn provider_name(&self) -> &'static str {
        match *self.backend {
            Backend::Files(_) => files::PROVIDER,
            Backend::Aws(_) => aws::PROVIDER,
        }
    }

    /// All fields of one secret. Each read from the provider is logged with the name of the secret,
    /// never with a value; a cached value is returned without a log line.
    ///
    /// # Errors
    /// If the name is invalid, or the provider has no such secret, or cannot be read and no
    /// previous value is known.
    pub async fn get(&self, name: &str) -> Result<Credentials, SecretsError> {
        check_name(name)?;
        if let Some(credentials) = self.cache.fresh(name) {
            return Ok(credentials);
        }
        let provider = self.provider_name();
        match self.read(name).await {
            Ok(credentials) => {
                tracing::info!(secret.name = name, secret.provider = provider, "secret read");
                self.cache.put(name, credentials.clone());
                Ok(credentials)
            }
            Err(error) => match self.cache.stale(name) {
                Some(credentials) => {
                    tracing::warn!(secret.name = name, secret.provider = provider, %error, "secret not refreshed; the previous value is used");
                    Ok(credentials)
                }
                None => Err(error),
            },
        }
    }

    /// As [`Secrets::get`], and requires that every named field is present and not empty.
    ///
    /// # Errors
    /// Names provider, secret and each missing field, and states the remedy.
    pub async fn require(&self, name: &str, fields: &[&str]) -> Result<Credentials, SecretsError> {
        match self.get(name).await {
            Ok(credentials) => {
                credentials.check(fields)?;
                Ok(credentials)
            }
            Err(SecretsError::NotFound { .. }) => Err(self.absent(name).missing(fields)),
            Err(other) => Err(other),
        }
    }

    /// Drops the cached value of one secret, so that the next read goes to the provider.
    pub fn invalidate(&self, name: &str) {
        self.cache.forget(name);
    }

    /// A secret without fields, which produces the error about missing fields.
    fn absent(&self, name: &str) -> Credentials {
        match &*self.backend {
            Backend::Files(files) => files.absent(name),
            Backend::Aws(aws) => aws.absent(name),
        }
    }

    async fn read(&self, name: &str) -> Result<Credentials, SecretsError> {
        match &*self.backend {
            Backend::Files(files) => files.read(name).await,
            Backend::Aws(aws) => aws.read(name).await,
        }
    }

    fn over(backend: Backend) -> Self {
        Self {
            backend: Arc::new(backend),
            cache: Arc::new(Cache::new(Duration::from_mins(1))),
        }
    }
}

/// A name becomes part of a path and of a secret id, so it must not contain a separator of either.
fn check_name(name: &str) -> Result<(), SecretsError> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !name.is_empty() && name.len() <= 64 && name.bytes().all(allowed) {
        return Ok(());
    }
    Err(SecretsError::InvalidName {
        name: name.chars().take(64).collect(),
    })
}
