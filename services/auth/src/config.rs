//! Typed settings; `config.toml` beside this folder explains each.

use mc_chassis::settings::{DatabaseSettings, HttpSettings, TelemetrySettings};
use mc_keyring::SecretsConfig;
use serde::Deserialize;

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
    /// What tokens say and how long they live.
    pub tokens: TokenSettings,
    /// How second factors are judged.
    pub second_factor: SecondFactorSettings,
}

/// How second factors are judged.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorSettings {
    /// Whether a code that was accepted is refused when seen again (RFC 6238 section 5.2).
    pub refuse_replay: bool,
}

/// The broker.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerSettings {
    /// Put before every exchange and queue.
    pub prefix: String,
}

/// What tokens say and how long they live.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenSettings {
    /// `iss`.
    pub issuer: String,
    /// `aud`.
    pub audience: String,
    /// Life of an access token, in seconds.
    pub access_s: i64,
    /// Life of a sign-in with all its refreshes, in seconds.
    pub session_s: i64,
}

impl Settings {
    /// Defaults and environment.
    ///
    /// # Errors
    /// Naming the setting that is wrong.
    pub fn load() -> Result<Self, mc_chassis::settings::SettingsError> {
        mc_chassis::settings::load("auth", include_str!("../config.toml"))
    }
}
