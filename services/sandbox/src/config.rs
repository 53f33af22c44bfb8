//! Typed settings; `config.toml` beside this folder explains each.

use mc_chassis::settings::{DatabaseSettings, HttpSettings, TelemetrySettings};
use mc_keyring::SecretsConfig;
use serde::Deserialize;
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
    /// The payer.
    pub payer: PayerSettings,
    /// The EHR.
    pub ehr: EhrSettings,
    /// Stripe.
    pub stripe: StripeSettings,
    /// Scripted faults.
    pub faults: FaultSettings,
}

/// The payer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayerSettings {
    /// How late the member with the late answer is answered, in milliseconds.
    pub late_ms: u64,
}

/// The EHR.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EhrSettings {
    /// Address under which callers know it; where it is not set, what their `Host` header says.
    pub public_url: Option<Url>,
    /// Life of an access token, in seconds.
    pub token_s: i64,
}

/// Stripe.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StripeSettings {
    /// Where webhooks go.
    pub webhook_url: Url,
    /// Wait before the first repeat of a webhook, in milliseconds; it doubles.
    pub retry_first_ms: u64,
    /// Longest wait between repeats, in milliseconds.
    pub retry_max_ms: u64,
    /// How long a receiver may take, in milliseconds.
    pub timeout_ms: u64,
}

/// Scripted faults.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultSettings {
    /// How late an answer is under the fault `slow`, in milliseconds.
    pub slow_ms: u64,
    /// How long a connection is held without an answer, in milliseconds.
    pub stall_ms: u64,
}

impl Settings {
    /// Defaults and environment.
    ///
    /// # Errors
    /// Naming the setting that is wrong.
    pub fn load() -> Result<Self, mc_chassis::settings::SettingsError> {
        mc_chassis::settings::load("sandbox", include_str!("../config.toml"))
    }
}
