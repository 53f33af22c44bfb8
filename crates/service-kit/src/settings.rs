//! Settings: the sections that every service has, and the service's own.

use mc_access::AccessSettings;
use mc_chassis::settings::{self, DatabaseSettings, HttpSettings, Sections, SettingsError, TelemetrySettings};
use mc_keyring::SecretsConfig;
use serde::{Deserialize, de::DeserializeOwned};

/// The sections of [`CommonSettings`].
const COMMON: &[&str] = &["http", "secrets", "database", "telemetry", "broker", "access"];

/// All settings of a service; `S` contains its own sections.
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
    /// HTTP server.
    pub http: HttpSettings,
    /// Provider of secrets.
    pub secrets: SecretsConfig,
    /// Size and timeouts of the Postgres pool.
    #[serde(default)]
    pub database: DatabaseSettings,
    /// Logs, traces and metrics.
    #[serde(default)]
    pub telemetry: TelemetrySettings,
    /// The broker; None for a service without a mailbox.
    pub broker: Option<BrokerSettings>,
    /// Verification of access tokens; None for a service with another verifier, or none.
    pub access: Option<AccessSettings>,
}

/// RabbitMQ.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerSettings {
    /// Prefix of every exchange and queue, so that tests can share a broker.
    pub prefix: String,
}

impl<S: DeserializeOwned> Settings<S> {
    /// Reads `defaults` (TOML), overridden by `MC_<SERVICE>__SECTION__KEY` from the environment.
    ///
    /// # Errors
    /// Naming the setting that is missing, unknown or of the wrong type.
    pub fn load(service: &str, defaults: &str) -> Result<Self, SettingsError> {
        let (common, own) = load_common(service, defaults)?;
        Ok(Self {
            common,
            own: own.interpret()?,
        })
    }
}

/// The common sections, and the service's own.
fn load_common(service: &str, defaults: &str) -> Result<(CommonSettings, Sections), SettingsError> {
    let (common, own) = settings::load_parts(service, defaults, COMMON)?;
    Ok((common.interpret()?, own))
}
