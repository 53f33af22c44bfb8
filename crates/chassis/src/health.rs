//! The shape of a component, a readiness check and a piece of policy evidence, the same for every
//! service.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Health of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It works.
    Healthy,
    /// It works with a loss: slower, from a cache, or while retrying.
    Degraded,
    /// It does not work.
    Unhealthy,
}

/// A component that the service depends on, as last checked.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Component {
    /// Such as `database`, `broker`, `cache`, `secrets_manager`, `outbox`, or the name of an
    /// upstream.
    pub name: String,
    /// Health.
    pub status: Status,
    /// Whether the service cannot respond at all without it.
    pub required: bool,
    /// Result of the check in a few words; never data.
    pub detail: String,
    /// State of the circuit breaker, for upstreams: CLOSED, OPEN or `HALF_OPEN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaker: Option<String>,
    /// Duration of the check in milliseconds.
    #[serde(rename = "took_ms")]
    pub duration_ms: u64,
    /// Time of the check.
    pub checked_at: DateTime<Utc>,
}

/// Evidence for the control of a policy.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Evidence {
    /// Name of the control, such as `encryption_at_rest`.
    pub control: String,
    /// Whether it holds.
    pub holds: bool,
    /// Result, as a number or fact.
    pub found: String,
    /// How it was measured.
    pub method: String,
    /// Time of the measurement.
    pub checked_at: DateTime<Utc>,
}

/// The health and evidence of a service.
#[async_trait::async_trait]
pub trait HealthProbe: Send + Sync {
    /// What the service cannot respond without, from memory: readiness is answered from it, without
    /// any input or output. A component that is unhealthy here takes the process out of rotation.
    fn required(&self) -> Vec<Component> {
        Vec::new()
    }

    /// Every component the service depends on, checked now or seconds ago.
    async fn components(&self) -> Vec<Component>;

    /// Evidence for the platform's policies.
    async fn evidence(&self) -> Vec<Evidence> {
        Vec::new()
    }
}

/// The overall health: that of the worst required component; other components lower it to degraded
/// at most.
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
