//! The settings of ehr-proxy; `config.toml` documents each.

use mc_upstream::{BreakerConfig, RateConfig, UpstreamConfig};
use serde::Deserialize;
use url::Url;

/// The sections of ehr-proxy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How EHRs are called.
    pub upstream: EhrSettings,
}

/// The limits for calls to every EHR; its address is in the organization's connection.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EhrSettings {
    /// Time limit for a call with all its retries, in milliseconds.
    pub deadline_ms: u64,
    /// Time limit for one attempt, in milliseconds.
    pub attempt_timeout_ms: u64,
    /// Number of attempts after the first.
    pub retries_max: u32,
    /// Delay before the first retry, in milliseconds; it doubles.
    pub backoff_initial_ms: u64,
    /// Maximum length of a response, in bytes.
    pub body_bytes_max: usize,
    /// Test mode: allows plain http and addresses of private networks.
    pub allow_private_addresses: bool,
    /// When calls are suspended.
    pub breaker: BreakerConfig,
    /// Rate limit for the calls of all processes to one EHR.
    pub rate: Option<RateConfig>,
}

impl EhrSettings {
    /// The settings of the upstream at `base_url`.
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
