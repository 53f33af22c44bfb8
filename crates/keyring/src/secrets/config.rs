//! The `[secrets]` section of a service's settings.

use std::path::PathBuf;

use serde::Deserialize;

/// Which provider holds this service's secrets, and where.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct SecretsConfig {
    /// `files` or `aws`.
    pub provider: SecretsProvider,
    /// files: the folder that holds one folder a secret.
    #[serde(default)]
    pub dir: Option<PathBuf>,
    /// aws: put before every secret name to make the secret id, for example `medconnect/billing/`.
    #[serde(default)]
    pub prefix: Option<String>,
    /// aws: replaces the service's own address.
    #[serde(default)]
    pub endpoint_url: Option<String>,
}

/// The closed list of providers.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum SecretsProvider {
    /// Files, as Kubernetes mounts secrets.
    Files,
    /// AWS Secrets Manager.
    Aws,
}
