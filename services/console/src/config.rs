//! The settings that are the console's own; `config.toml` explains each.

use serde::Deserialize;
use std::{collections::BTreeMap, time::Duration};
use url::Url;

/// The sections that are the console's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Base addresses of the services that the console may call, by schema.
    pub services: BTreeMap<String, Url>,
    /// How they are checked.
    pub survey: SurveySettings,
}

/// How services are checked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurveySettings {
    /// A service whose liveness is not answered within this time counts as unreachable, in
    /// milliseconds.
    pub liveness_timeout_ms: u64,
    /// How long a response waits for a service's components, in milliseconds.
    pub parts_deadline_ms: u64,
    /// Bound of the request for a service's components, in milliseconds; later responses use it.
    pub parts_timeout_ms: u64,
    /// How long a survey is valid, in milliseconds.
    pub keep_ms: u64,
    /// How long measurements of policies are valid, in milliseconds.
    pub keep_policies_ms: u64,
    /// How long OpenAPI documents of services are valid, in milliseconds.
    pub keep_documents_ms: u64,
}

impl SurveySettings {
    /// See `liveness_timeout_ms`.
    pub fn liveness_timeout(&self) -> Duration {
        Duration::from_millis(self.liveness_timeout_ms)
    }

    /// See `parts_deadline_ms`.
    pub fn parts_deadline(&self) -> Duration {
        Duration::from_millis(self.parts_deadline_ms)
    }

    /// See `parts_timeout_ms`.
    pub fn parts_timeout(&self) -> Duration {
        Duration::from_millis(self.parts_timeout_ms)
    }
}
