//! Makes the secrets of test mode and lists the accounts in `provisioned.json`. Existing values are
//! kept, so it can be repeated.

mod accounts;
mod document;
mod folder;
mod keys;
mod services;

pub use keys::{KeyError, p256_pem, p384_pem, password, public_jwk, rsa_pem};

use folder::Folder;
use std::path::{Path, PathBuf};
use url::Url;

/// Command-line arguments.
#[derive(Clone, clap::Args)]
pub struct Provision {
    /// Folder for secrets/ and provisioned.json
    #[arg(long)]
    pub run_dir: PathBuf,
    /// Addresses of the servers
    #[command(flatten)]
    pub servers: Servers,
}

/// Addresses of the servers, with their owners' credentials.
#[derive(Clone, clap::Args)]
pub struct Servers {
    /// Postgres, as the role that owns the database
    #[arg(
        id = "postgres_url",
        long = "postgres-url",
        env = "MC_POSTGRES_URL",
        hide_env_values = true
    )]
    pub postgres: Url,
    /// `RabbitMQ`, as its operator; each service gets a user of its own
    #[arg(
        id = "rabbitmq_url",
        long = "rabbitmq-url",
        env = "MC_RABBITMQ_URL",
        hide_env_values = true
    )]
    pub rabbitmq: Url,
    /// Redis
    #[arg(id = "redis_url", long = "redis-url", env = "MC_REDIS_URL", hide_env_values = true)]
    pub redis: Url,
}

/// Why the secrets could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    /// A file or folder cannot be read or written.
    #[error("cannot use {path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    /// A file of an earlier run cannot be read.
    #[error("{path} is not what an earlier run wrote; remove it and repeat")]
    Damaged { path: PathBuf },
    /// No key could be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// An address cannot carry a user name and a password.
    #[error("MC_POSTGRES_URL or MC_RABBITMQ_URL is not of the form scheme://user:password@host:port/path")]
    Address,
    /// services.toml, as it was when this program was built.
    #[error("services.toml: {0}")]
    Services(#[from] toml::de::Error),
    /// JSON could not be written.
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl ProvisionError {
    fn file(path: &Path, source: std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            source,
        }
    }
}

/// Writes `run_dir/secrets/<service>/<secret>/<field>` and `run_dir/provisioned.json`.
///
/// # Errors
/// [`ProvisionError`], naming the file or the setting.
pub fn provision(run_dir: &Path, servers: &Servers) -> Result<(), ProvisionError> {
    let secrets = Folder::at(run_dir.join("secrets"))?;
    services::write(&secrets, servers)?;
    document::write(run_dir, &secrets)
}

#[cfg(test)]
mod tests;
