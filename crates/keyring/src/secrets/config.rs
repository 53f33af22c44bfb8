//! The `[secrets]` section of a service's settings.

use std::path::PathBuf;

use serde::Deserialize;

/// The provider of this service's secrets.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct SecretsConfig {
    /// `files` or `aws`.
    pub provider: SecretsProvider,
    /// files: the folder with one folder per secret.
    #[serde(default)]
    pub dir: Option<PathBuf>,
    /// aws: prefix of every secret id, for example `medconnect/billing/`.
    #[serde(default)]
    pub prefix: Option<String>,
    /// aws: replaces the address of the service.
    #[serde(default)]
    pub endpoint_url: Option<String>,
}

/// The supported providers.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum SecretsProvider {
    /// Files, as mounted by Kubernetes.
    Files,
    /// AWS Secrets Manager.
    Aws,
}
