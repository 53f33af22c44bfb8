//! What a component, a readiness check and a piece of policy evidence look like, the same for every service.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How well something works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Works.
    Healthy,
    /// Works with loss: slower, from a cache, or being tried again.
    Degraded,
    /// Does not work.
    Unhealthy,
}

/// One part that a service stands on, as last seen.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Component {
    /// Such as `database`, `broker`, `cache`, `secrets_manager`, `outbox`, or an upstream's name.
    pub name: String,
    /// How well it works.
    pub status: Status,
    /// Whether the service can answer at all without it.
    pub required: bool,
    /// What was seen, in a few words; never data.
    pub detail: String,
    /// State of the circuit breaker, for upstreams: CLOSED, OPEN or `HALF_OPEN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaker: Option<String>,
    /// How long the check took, in milliseconds.
    pub took_ms: u64,
    /// When it was looked at.
    pub checked_at: DateTime<Utc>,
}

/// What a policy's control was measured to be.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Evidence {
    /// The control, such as `encryption_at_rest`.
    pub control: String,
    /// Whether it holds.
    pub holds: bool,
    /// What was found, as a figure or fact.
    pub found: String,
    /// How it was looked at.
    pub method: String,
    /// When.
    pub checked_at: DateTime<Utc>,
}

/// What a service lets the platform see of itself.
#[async_trait::async_trait]
pub trait HealthProbe: Send + Sync {
    /// Every part it stands on, looked at now (or seconds ago).
    async fn components(&self) -> Vec<Component>;

    /// What it measures of the platform's policies.
    async fn evidence(&self) -> Vec<Evidence> {
        Vec::new()
    }
}

/// The worst state among those that matter: required parts count in full, others at most as degraded.
pub fn overall(components: &[Component]) -> Status {
    components
        .iter()
        .map(|c| {
            if c.required {
                c.status
            } else {
                c.status.min(Status::Degraded)
            }
        })
        .max()
        .unwrap_or(Status::Healthy)
}
