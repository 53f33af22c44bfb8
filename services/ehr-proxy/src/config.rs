//! The settings that are ehr-proxy's own; `config.toml` explains each.

use mc_upstream::{BreakerConfig, RateConfig, UpstreamConfig};
use serde::Deserialize;
use url::Url;

/// The sections that are ehr-proxy's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How EHRs are called.
    pub upstream: EhrSettings,
}

/// The limits within which every EHR is called; its address is in the organization's connection.
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
    /// Longest response that is read, in bytes.
    pub body_bytes_max: usize,
    /// Test mode: plain http, and addresses inside our own network.
    pub allow_private_addresses: bool,
    /// When calls stop for a while.
    pub breaker: BreakerConfig,
    /// Rate of attempts at one EHR, over all processes.
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
