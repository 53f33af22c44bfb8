//! A component of a service, as the service reports it at `/internal/components`.

use super::BreakerState;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The state of something; a later variant is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Works.
    Healthy,
    /// Works with restrictions.
    Degraded,
    /// Does not work.
    Unhealthy,
}

/// A component.
#[derive(Debug, Clone, Deserialize)]
pub struct Part {
    /// Such as `database`, `stripe`, `payer_sandbox`.
    pub name: String,
    pub status: Status,
    /// Whether its service cannot work without it.
    pub required: bool,
    /// What was found, as a phrase.
    pub detail: String,
    /// Its circuit breaker, for systems that we do not own.
    #[serde(default)]
    pub breaker: Option<BreakerState>,
    pub checked_at: DateTime<Utc>,
}
