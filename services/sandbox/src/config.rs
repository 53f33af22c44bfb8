//! The settings that are the sandbox's own; `config.toml` explains each.

use serde::Deserialize;
use url::Url;

/// The sections that are the sandbox's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub payer: PayerSettings,
    pub ehr: EhrSettings,
    pub stripe: StripeSettings,
    pub faults: FaultSettings,
}

/// The payer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayerSettings {
    /// Delay of the member whose answer is late, in milliseconds.
    pub late_ms: u64,
}

/// The EHR.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EhrSettings {
    /// Address at which callers reach it; without it, their `Host` header is used.
    pub public_url: Option<Url>,
    /// Lifetime of an access token, in seconds.
    pub token_s: i64,
}

/// Stripe.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StripeSettings {
    /// The receiver of webhooks.
    pub webhook_url: Url,
    /// Delay before the first repeat of a webhook, in milliseconds; it doubles.
    pub retry_first_ms: u64,
    /// Longest delay between repeats, in milliseconds.
    pub retry_max_ms: u64,
    /// Timeout of the receiver, in milliseconds.
    pub timeout_ms: u64,
}

/// Scripted faults.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultSettings {
    /// Delay of a response under the fault `slow`, in milliseconds.
    pub slow_ms: u64,
    /// How long a connection is held without a response, in milliseconds.
    pub stall_ms: u64,
}
