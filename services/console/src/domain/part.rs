//! A part that something stands on, as last seen: what a service says of itself at `/internal/components`.

use super::BreakerState;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How well something works; a later one is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Works.
    Healthy,
    /// Works with loss.
    Degraded,
    /// Does not work.
    Unhealthy,
}

/// One part.
#[derive(Debug, Clone, Deserialize)]
pub struct Part {
    /// Such as `database`, `stripe`, `payer_sandbox`.
    pub name: String,
    /// How well it works.
    pub status: Status,
    /// Whether its service can answer at all without it.
    pub required: bool,
    /// What was seen, in a few words.
    pub detail: String,
    /// State of the breaker before it, for systems that we do not own.
    #[serde(default)]
    pub breaker: Option<BreakerState>,
    /// When it was looked at.
    pub checked_at: DateTime<Utc>,
}
