//! Settings of one upstream.

use std::time::Duration;

use serde::Deserialize;
use url::Url;

/// Settings of one upstream. Only `base_url` has no default.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct UpstreamConfig {
    /// Base URL of the upstream's API; its path is kept in front of every call's path.
    pub base_url: Url,
    /// Time limit for a call with all its retries.
    #[serde(default = "deadline_ms")]
    pub deadline_ms: u64,
    /// Time limit for one attempt, from connecting to the last byte of the body.
    #[serde(default = "attempt_timeout_ms")]
    pub attempt_timeout_ms: u64,
    /// Number of attempts after the first.
    #[serde(default = "retries_max")]
    pub retries_max: u32,
    /// Delay before the first retry; it doubles with each further one.
    #[serde(default = "backoff_initial_ms")]
    pub backoff_initial_ms: u64,
    /// When calls are suspended.
    #[serde(default)]
    pub breaker: BreakerConfig,
    /// Rate limit for the calls of all processes together; no limit when absent.
    #[serde(default)]
    pub rate: Option<RateConfig>,
    /// Test mode: allows plain http and addresses of private networks.
    #[serde(default)]
    pub allow_private_addresses: bool,
    /// Maximum length of a body in bytes, after decompression.
    #[serde(default = "body_bytes_max")]
    pub body_bytes_max: usize,
}

/// When calls are suspended, and for how long.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct BreakerConfig {
    /// Consecutive failed calls that open the breaker.
    pub failure_threshold: u32,
    /// Time in milliseconds for which the breaker stays open before one probe is allowed.
    pub open_ms: u64,
}

/// A rate budget shared by all processes through Redis.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RateConfig {
    /// Sustained rate in attempts per second; may be fractional.
    pub per_second: f64,
    /// Number of attempts that may be made at once.
    pub burst: u32,
}

impl UpstreamConfig {
    /// The defaults, for an upstream at `base_url`.
    pub fn at(base_url: Url) -> Self {
        Self {
            base_url,
            deadline_ms: deadline_ms(),
            attempt_timeout_ms: attempt_timeout_ms(),
            retries_max: retries_max(),
            backoff_initial_ms: backoff_initial_ms(),
            breaker: BreakerConfig::default(),
            rate: None,
            allow_private_addresses: false,
            body_bytes_max: body_bytes_max(),
        }
    }

    pub(crate) fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms)
    }

    pub(crate) fn attempt_timeout(&self) -> Duration {
        Duration::from_millis(self.attempt_timeout_ms)
    }

    pub(crate) fn backoff_initial(&self) -> Duration {
        Duration::from_millis(self.backoff_initial_ms)
    }
}

impl Default for BreakerConfig {
    fn default() -> Self {
        Self {
            failure_threshold: 3,
            open_ms: 30_000,
        }
    }
}

fn deadline_ms() -> u64 {
    20_000
}

fn attempt_timeout_ms() -> u64 {
    5_000
}

fn retries_max() -> u32 {
    3
}

fn backoff_initial_ms() -> u64 {
    1_000
}

fn body_bytes_max() -> usize {
    2 * 1024 * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_as_documented() {
        let config: UpstreamConfig = serde_json::from_str(r#"{"base_url":"https://api.example.org/v1"}"#).unwrap();
        assert_eq!(
            config,
            UpstreamConfig::at("https://api.example.org/v1".parse().unwrap())
        );
        assert_eq!((config.breaker.failure_threshold, config.breaker.open_ms), (3, 30_000));
        assert_eq!((config.retries_max, config.backoff_initial_ms), (3, 1_000));
    }

    #[test]
    fn a_misspelt_setting_is_refused() {
        let text = r#"{"base_url":"https://api.example.org","retry_max":1}"#;
        assert!(serde_json::from_str::<UpstreamConfig>(text).is_err());
    }
}
