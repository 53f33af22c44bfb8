//! The settings that are eligibility's own; `config.toml` explains each.

use chrono::Duration;
use mc_upstream::{BreakerConfig, RateConfig, UpstreamConfig};
use mc_x12::Usage;
use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor},
};
use std::{collections::BTreeMap, fmt};
use url::Url;

/// The sections that are eligibility's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Which answers are returned again.
    pub cache: CacheSettings,
    /// What every inquiry states.
    pub inquiry: InquirySettings,
    /// Payers by name.
    #[serde(default)]
    pub payers: BTreeMap<String, PayerSettings>,
}

/// Which answers are returned again without querying the payer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CacheSettings {
    /// Those younger than this, in seconds; 0 for none.
    pub fresh_s: u32,
}

impl CacheSettings {
    /// `fresh_s` as a duration.
    pub fn fresh(&self) -> Duration {
        Duration::seconds(self.fresh_s.into())
    }
}

/// What every inquiry states.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InquirySettings {
    /// TRN03: who assigned the trace number.
    pub trace_originator: String,
}

/// One payer or clearinghouse.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayerSettings {
    /// False: as if the section were absent.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Where envelopes are posted.
    pub base_url: Url,
    /// Payer ids (NM109 of loop 2100A) whose inquiries are sent here.
    #[serde(deserialize_with = "list")]
    pub payer_ids: Vec<String>,
    /// ISA15.
    #[serde(default)]
    pub usage: UsageSetting,
    /// Test mode: plain http, and addresses inside our own network.
    #[serde(default)]
    pub allow_private_addresses: bool,
    /// A call with all its retries, in milliseconds.
    #[serde(default = "core_limit_ms")]
    pub deadline_ms: u64,
    /// One attempt, in milliseconds.
    #[serde(default = "core_limit_ms")]
    pub attempt_timeout_ms: u64,
    /// Attempts after the first.
    #[serde(default = "retries_max")]
    pub retries_max: u32,
    /// Delay before the first retry, in milliseconds; it doubles.
    #[serde(default = "backoff_initial_ms")]
    pub backoff_initial_ms: u64,
    /// Largest response that is read, in bytes.
    #[serde(default = "body_bytes_max")]
    pub body_bytes_max: usize,
    /// When the circuit opens.
    #[serde(default)]
    pub breaker: BreakerConfig,
    /// Attempts by all our processes together.
    #[serde(default)]
    pub rate: Option<RateConfig>,
}

/// ISA15.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsageSetting {
    /// `P`.
    #[default]
    Production,
    /// `T`.
    Test,
}

impl From<UsageSetting> for Usage {
    fn from(usage: UsageSetting) -> Self {
        match usage {
            UsageSetting::Production => Self::Production,
            UsageSetting::Test => Self::Test,
        }
    }
}

impl PayerSettings {
    /// The settings of its upstream.
    pub fn upstream(&self) -> UpstreamConfig {
        UpstreamConfig {
            deadline_ms: self.deadline_ms,
            attempt_timeout_ms: self.attempt_timeout_ms,
            retries_max: self.retries_max,
            backoff_initial_ms: self.backoff_initial_ms,
            body_bytes_max: self.body_bytes_max,
            allow_private_addresses: self.allow_private_addresses,
            breaker: self.breaker,
            rate: self.rate,
            ..UpstreamConfig::at(self.base_url.clone())
        }
    }
}

fn yes() -> bool {
    true
}
fn core_limit_ms() -> u64 {
    20_000
}
fn retries_max() -> u32 {
    2
}
fn backoff_initial_ms() -> u64 {
    1_000
}
fn body_bytes_max() -> usize {
    2 * 1024 * 1024
}

/// A list, or text with commas: the environment has no lists.
fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct List;

    impl<'de> Visitor<'de> for List {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("payer ids as a list, or with commas between them")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Vec<String>, E> {
            let ids = text.split(',').map(str::trim).filter(|id| !id.is_empty());
            Ok(ids.map(str::to_owned).collect())
        }

        fn visit_i64<E: Error>(self, id: i64) -> Result<Vec<String>, E> {
            Ok(vec![id.to_string()])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<String>, A::Error> {
            let mut ids = Vec::new();
            while let Some(id) = items.next_element()? {
                ids.push(id);
            }
            Ok(ids)
        }
    }

    deserializer.deserialize_any(List)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Example {
        #[serde(deserialize_with = "list")]
        ids: Vec<String>,
    }

    fn ids(toml: &str) -> Vec<String> {
        mc_chassis::settings::load::<Example>("example", toml).unwrap().ids
    }

    #[test]
    fn payer_ids_come_as_a_list_or_with_commas() {
        assert_eq!(ids("ids = ['A', '00123']"), ["A", "00123"]);
        assert_eq!(ids("ids = 'A, 00123'"), ["A", "00123"]);
        assert_eq!(ids("ids = '00123,'"), ["00123"]);
        assert_eq!(ids("ids = 60054"), ["60054"]);
    }

    #[test]
    fn the_defaults_call_no_payer() {
        let settings = crate::startup::SERVICE.settings().unwrap().own;
        assert!(settings.payers.values().all(|payer| !payer.enabled));
        assert_eq!(settings.payers["sandbox"].deadline_ms, 20_000);
    }
}
