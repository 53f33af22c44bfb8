//! One upstream's section of a service's settings.

use std::time::Duration;

use serde::Deserialize;
use url::Url;

/// How to call one upstream. Only `base_url` has no default.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct UpstreamConfig {
    /// Where the upstream's API begins; its path is kept before every call's path.
    pub base_url: Url,
    /// A call with all its retries ends within this time.
    #[serde(default = "deadline_ms")]
    pub deadline_ms: u64,
    /// One attempt, from connecting to the last byte of the body.
    #[serde(default = "attempt_timeout_ms")]
    pub attempt_timeout_ms: u64,
    /// Attempts after the first.
    #[serde(default = "retries_max")]
    pub retries_max: u32,
    /// The wait before the first retry; it doubles with each further one.
    #[serde(default = "backoff_initial_ms")]
    pub backoff_initial_ms: u64,
    /// When calls stop for a while.
    #[serde(default)]
    pub breaker: BreakerConfig,
    /// How many calls the upstream gets from all our processes together; no limit when absent.
    #[serde(default)]
    pub rate: Option<RateConfig>,
    /// Test mode: plain http, and addresses inside our own network.
    #[serde(default)]
    pub allow_private_addresses: bool,
    /// The longest body that is read, after decompression.
    #[serde(default = "body_bytes_max")]
    pub body_bytes_max: usize,
}

/// When calls stop, and for how long (R1).
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct BreakerConfig {
    /// Consecutive failed calls that open the breaker.
    pub failure_threshold: u32,
    /// How long it stays open before one probe is let through.
    pub open_ms: u64,
}

/// A rate budget shared by all processes through Redis (R5, R9).
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RateConfig {
    /// Attempts a second in the long run; fractions are fine.
    pub per_second: f64,
    /// Attempts that may come at once.
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
    fn defaults_are_those_of_the_decisions() {
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
