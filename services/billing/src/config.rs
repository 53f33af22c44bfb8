//! The settings of billing; `config.toml` documents each.

use mc_upstream::UpstreamConfig;
use serde::Deserialize;

/// The sections of billing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The payment processor.
    pub stripe: StripeSettings,
}

/// The payment processor.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StripeSettings {
    /// Payment method of a request that names none; empty: the patient's browser confirms.
    pub default_payment_method: String,
    /// Age at which the processor is queried for a payment without a webhook, in milliseconds. The
    /// delay doubles with each query, up to an hour.
    pub reconcile_after_ms: i64,
    /// Age at which a payment that the patient's browser does not confirm is canceled, in
    /// milliseconds.
    pub abandon_after_ms: i64,
    /// How it is called.
    pub upstream: UpstreamConfig,
}
