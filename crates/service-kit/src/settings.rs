//! Settings: the sections that every service has, beside the service's own.

use mc_access::AccessSettings;
use mc_chassis::settings::{self, DatabaseSettings, HttpSettings, SettingsError, TelemetrySettings};
use mc_keyring::SecretsConfig;
use serde::{Deserialize, de::DeserializeOwned};

/// The sections of [`CommonSettings`].
const COMMON: &[&str] = &["http", "secrets", "database", "telemetry", "broker", "access"];

/// All settings of a service; `S` holds the sections that are its own.
#[derive(Debug, Clone)]
pub struct Settings<S> {
    /// The sections that every service has.
    pub common: CommonSettings,
    /// The service's own sections.
    pub own: S,
}

/// The sections that every service has.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommonSettings {
    /// How it listens.
    pub http: HttpSettings,
    /// Where its secrets are.
    pub secrets: SecretsConfig,
    /// Size and timeouts of the Postgres pool.
    #[serde(default)]
    pub database: DatabaseSettings,
    /// Logs, traces and metrics of the process.
    #[serde(default)]
    pub telemetry: TelemetrySettings,
    /// The broker; None for a service without a mailbox.
    pub broker: Option<BrokerSettings>,
    /// How access tokens are verified; None for a service that has another verifier, or none.
    pub access: Option<AccessSettings>,
}

/// The broker.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerSettings {
    /// Prefix of every exchange and queue; tests share one broker by it.
    pub prefix: String,
}

impl<S: DeserializeOwned> Settings<S> {
    /// `defaults` (TOML), overridden by `MC_<SERVICE>__SECTION__KEY` from the environment.
    ///
    /// # Errors
    /// Naming the setting that is missing, unknown or of the wrong type.
    pub fn load(service: &str, defaults: &str) -> Result<Self, SettingsError> {
        let (common, own) = settings::load_parts(service, defaults, COMMON)?;
        Ok(Self { common, own })
    }
}
