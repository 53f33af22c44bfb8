//! Typed settings; `config.toml` beside this folder explains each.

use mc_access::AccessSettings;
use mc_chassis::settings::{DatabaseSettings, HttpSettings, TelemetrySettings};
use mc_keyring::SecretsConfig;
use serde::Deserialize;
use std::time::Duration;
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
    /// Whose tokens are believed.
    pub access: AccessSettings,
    /// Where the services are.
    pub services: ServicesSettings,
    /// How they are asked.
    pub survey: SurveySettings,
}

/// The broker.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerSettings {
    /// Put before every exchange and queue.
    pub prefix: String,
}

/// Base addresses of the services.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServicesSettings {
    /// Who somebody is.
    pub auth: Url,
    /// Payments.
    pub billing: Url,
    /// Charts.
    pub ehr_proxy: Url,
    /// Coverage.
    pub eligibility: Url,
    /// What happened.
    pub audit: Url,
}

/// How services are asked about themselves.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurveySettings {
    /// A service that does not say within this time that it is alive is away, in milliseconds.
    pub liveness_timeout_ms: u64,
    /// How long an answer waits for what a service says of its parts, in milliseconds.
    pub parts_patience_ms: u64,
    /// How long what a service says of its parts may take to be used at all, in milliseconds.
    pub parts_timeout_ms: u64,
    /// How long a survey is kept, in milliseconds.
    pub keep_ms: u64,
    /// How long measurements of policies are kept, in milliseconds.
    pub keep_policies_ms: u64,
}

impl SurveySettings {
    /// See `liveness_timeout_ms`.
    pub fn liveness_timeout(&self) -> Duration {
        Duration::from_millis(self.liveness_timeout_ms)
    }

    /// See `parts_patience_ms`.
    pub fn parts_patience(&self) -> Duration {
        Duration::from_millis(self.parts_patience_ms)
    }

    /// See `parts_timeout_ms`.
    pub fn parts_timeout(&self) -> Duration {
        Duration::from_millis(self.parts_timeout_ms)
    }
}

impl Settings {
    /// Defaults and environment.
    ///
    /// # Errors
    /// Naming the setting that is wrong.
    pub fn load() -> Result<Self, mc_chassis::settings::SettingsError> {
        mc_chassis::settings::load("console", include_str!("../config.toml"))
    }
}
