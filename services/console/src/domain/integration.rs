//! The outside systems that a visit needs, and whether they can be used now.

use super::{BreakerState, BreakerStatus, Platform, ServiceStatus, Status, service};
use chrono::{DateTime, Utc};

/// One integration.
#[derive(Debug, Clone)]
pub struct Integration {
    /// Its name in the API.
    pub name: &'static str,
    /// What it provides, such as `payment_processing`.
    pub capability: &'static str,
    pub status: Status,
    /// Its circuit breaker; None where it has none.
    pub breaker: Option<BreakerStatus>,
    pub last_checked_at: DateTime<Utc>,
    /// What was found, as a phrase.
    pub detail: String,
}

/// The service that connects to an integration, and the name, or its prefix, of the component that
/// reports on it.
struct Plan {
    name: &'static str,
    capability: &'static str,
    carrier: &'static str,
    part: Option<&'static str>,
}

const PLANS: [Plan; 4] = [
    Plan {
        name: "stripe",
        capability: "payment_processing",
        carrier: service::BILLING,
        part: Some("stripe"),
    },
    Plan {
        name: "epic_ehr",
        capability: "patient_records",
        carrier: service::EHR_PROXY,
        part: Some("ehr"),
    },
    Plan {
        name: "insurance_hub",
        capability: "eligibility_verification",
        carrier: service::ELIGIBILITY,
        part: Some("payer_"),
    },
    // The identity provider is our own auth service.
    Plan {
        name: "identity",
        capability: "provider_authentication",
        carrier: service::AUTH,
        part: None,
    },
];

impl Integration {
    /// Whether it can be used now, possibly degraded.
    pub fn is_usable(&self) -> bool {
        self.status != Status::Unhealthy
    }

    /// All of them.
    pub fn all(platform: &Platform) -> Vec<Self> {
        PLANS.iter().map(|plan| plan.evaluate(platform)).collect()
    }
}

impl Plan {
    fn evaluate(&self, platform: &Platform) -> Integration {
        let breaker = self.part.and_then(|prefix| platform.worst_breaker(prefix));
        let carrier = platform.service_status(self.carrier);
        let (status, detail, last_checked_at) = match carrier {
            None => (Status::Unhealthy, "was not checked".to_owned(), platform.checked_at),
            Some(carrier) if !carrier.is_ready() => {
                let detail = format!("{}, which connects to it, {}", self.carrier, carrier.detail());
                (Status::Unhealthy, detail, carrier.seen_at)
            }
            Some(carrier) => match self.part {
                Some(prefix) => upstream(carrier, prefix, breaker.as_ref()),
                None => (carrier.status(), carrier.detail(), carrier.seen_at),
            },
        };
        Integration {
            name: self.name,
            capability: self.capability,
            status,
            breaker,
            last_checked_at,
            detail,
        }
    }
}

/// The state of the outside system that a working service connects to.
fn upstream(carrier: &ServiceStatus, prefix: &str, breaker: Option<&BreakerStatus>) -> (Status, String, DateTime<Utc>) {
    let parts: Vec<_> = carrier.parts_named(prefix).collect();
    let Some(worst) = parts.iter().max_by_key(|part| part.status) else {
        let detail = if carrier.is_fresh() {
            "none is configured"
        } else {
            "its service does not report on it in time"
        };
        return (Status::Degraded, detail.to_owned(), carrier.seen_at);
    };
    let some_work = parts.iter().any(|part| part.status != Status::Unhealthy);
    let mut status = if some_work {
        worst.status.min(Status::Degraded)
    } else {
        Status::Unhealthy
    };
    if !carrier.is_fresh() || breaker.is_some_and(|breaker| breaker.state != BreakerState::Closed) {
        status = status.max(Status::Degraded);
    }
    let detail = if let [part] = parts.as_slice() {
        part.detail.clone()
    } else {
        let details: Vec<_> = parts
            .iter()
            .map(|part| format!("{}: {}", part.name, part.detail))
            .collect();
        details.join("; ")
    };
    let detail = if carrier.is_fresh() {
        detail
    } else {
        format!("when last seen: {detail}")
    };
    (status, detail, worst.checked_at)
}
