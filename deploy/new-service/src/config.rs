//! The settings that are the service's own; `config.toml` explains each.

use serde::Deserialize;

/// The sections that are the service's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {}
