//! Typed settings; `config.toml` beside this folder explains each.

use mc_access::AccessSettings;
use mc_chassis::settings::{DatabaseSettings, HttpSettings, TelemetrySettings};
use mc_keyring::SecretsConfig;
use mc_upstream::{BreakerConfig, RateConfig, UpstreamConfig};
use serde::Deserialize;
use url::Url;

/// Everything that can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How it listens.
    pub http: HttpSettings,
    /// Where secrets are.
    pub secrets: SecretsConfig,
    /// The pool.
    pub database: DatabaseSettings,
    /// What is told about the process.
    pub telemetry: TelemetrySettings,
    /// The broker.
    pub broker: BrokerSettings,
    /// How access tokens are checked.
    pub access: AccessSettings,
    /// How EHRs are called.
    pub upstream: EhrSettings,
}

/// The broker.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerSettings {
    /// Put before every exchange and queue.
    pub prefix: String,
}

/// The limits within which every EHR is called; its address stands in the organisation's connection.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EhrSettings {
    /// A call with all its retries, in milliseconds.
    pub deadline_ms: u64,
    /// One attempt, in milliseconds.
    pub attempt_timeout_ms: u64,
    /// Attempts after the first.
    pub retries_max: u32,
    /// Wait before the first retry, in milliseconds; it doubles.
    pub backoff_initial_ms: u64,
    /// Longest answer that is read, in bytes.
    pub body_bytes_max: usize,
    /// Test mode: plain http, and addresses inside our own network.
    pub allow_private_addresses: bool,
    /// When calls stop for a while.
    pub breaker: BreakerConfig,
    /// Attempts that one EHR gets from all our processes together.
    pub rate: Option<RateConfig>,
}

impl EhrSettings {
    /// The same limits for the EHR at `base_url`.
    pub fn at(&self, base_url: Url) -> UpstreamConfig {
        UpstreamConfig {
            deadline_ms: self.deadline_ms,
            attempt_timeout_ms: self.attempt_timeout_ms,
            retries_max: self.retries_max,
            backoff_initial_ms: self.backoff_initial_ms,
            body_bytes_max: self.body_bytes_max,
            allow_private_addresses: self.allow_private_addresses,
            breaker: self.breaker,
            rate: self.rate,
            ..UpstreamConfig::at(base_url)
        }
    }
}

impl Settings {
    /// Defaults and environment.
    ///
    /// # Errors
    /// Naming the setting that is wrong.
    pub fn load() -> Result<Self, mc_chassis::settings::SettingsError> {
        mc_chassis::settings::load("ehr-proxy", include_str!("../config.toml"))
    }
}
