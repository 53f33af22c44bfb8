//! The settings that are auth's own; `config.toml` explains each.

use serde::Deserialize;

/// The sections that are auth's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Issuer, audience and lifetimes of tokens.
    pub tokens: TokenSettings,
    /// How second factors are checked.
    pub second_factor: SecondFactorSettings,
}

/// How second factors are checked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorSettings {
    /// Whether a code that was accepted is refused when presented again (RFC 6238 section 5.2).
    pub refuse_replay: bool,
}

/// Issuer, audience and lifetimes of tokens.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenSettings {
    /// `iss`.
    pub issuer: String,
    /// `aud`.
    pub audience: String,
    /// Lifetime of an access token, in seconds.
    pub access_s: i64,
    /// Lifetime of a session with all its refreshes, in seconds.
    pub session_s: i64,
}
