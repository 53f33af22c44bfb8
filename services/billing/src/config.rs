//! Typed settings; `config.toml` beside this folder explains each.

use mc_access::AccessSettings;
use mc_chassis::settings::{DatabaseSettings, HttpSettings, TelemetrySettings};
use mc_keyring::SecretsConfig;
use mc_upstream::UpstreamConfig;
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
    /// Whose tokens are believed.
    pub access: AccessSettings,
    /// The payment processor.
    pub stripe: StripeSettings,
}

/// The broker.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerSettings {
    /// Put before every exchange and queue.
    pub prefix: String,
}

/// The payment processor.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StripeSettings {
    /// Charged when a request names no payment method; empty: the browser confirms.
    pub default_payment_method: String,
    /// When to ask for a payment of which no webhook came, in milliseconds.
    pub reconcile_after_ms: i64,
    /// How it is called.
    pub upstream: UpstreamConfig,
}

impl Settings {
    /// Defaults and environment.
    ///
    /// # Errors
    /// Naming the setting that is wrong.
    pub fn load() -> Result<Self, mc_chassis::settings::SettingsError> {
        mc_chassis::settings::load("billing", include_str!("../config.toml"))
    }
}
