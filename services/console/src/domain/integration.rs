//! The outside systems that a visit needs, and whether they can be used now (H3).

use super::{BreakerState, Platform, Service, Sighting, Standing, Status};
use chrono::{DateTime, Utc};

/// One integration.
#[derive(Debug, Clone)]
pub struct Integration {
    /// Its name in the platform's vocabulary.
    pub name: &'static str,
    /// What it is there for.
    pub capability: &'static str,
    /// How well it works.
    pub status: Status,
    /// Breaker before it; None where there is none.
    pub breaker: Option<Standing>,
    /// When it was looked at.
    pub last_checked_at: DateTime<Utc>,
    /// What was seen, in a few words.
    pub detail: String,
}

/// Which service carries an integration, and the name (or its beginning) of the part that stands for it.
struct Plan {
    name: &'static str,
    capability: &'static str,
    carrier: Service,
    part: Option<&'static str>,
}

const PLANS: [Plan; 4] = [
    Plan {
        name: "stripe",
        capability: "payment_processing",
        carrier: Service::Billing,
        part: Some("stripe"),
    },
    Plan {
        name: "epic_ehr",
        capability: "patient_records",
        carrier: Service::EhrProxy,
        part: Some("ehr"),
    },
    Plan {
        name: "insurance_hub",
        capability: "eligibility_verification",
        carrier: Service::Eligibility,
        part: Some("payer_"),
    },
    // The identity provider is our own auth service, in the place that Auth0 has elsewhere.
    Plan {
        name: "auth0",
        capability: "provider_authentication",
        carrier: Service::Auth,
        part: None,
    },
];

impl Integration {
    /// Whether it can be used now, though perhaps with loss.
    pub fn is_able(&self) -> bool {
        self.status != Status::Unhealthy
    }

    /// All of them, as the platform was seen.
    pub fn all(platform: &Platform) -> Vec<Self> {
        PLANS.iter().map(|plan| plan.judge(platform)).collect()
    }
}

impl Plan {
    fn judge(&self, platform: &Platform) -> Integration {
        let breaker = self.part.and_then(|prefix| platform.worst_breaker(prefix));
        let carrier = platform.sighting(self.carrier);
        let (status, detail, last_checked_at) = match carrier {
            None => (Status::Unhealthy, "was not looked at".to_owned(), platform.checked_at),
            Some(carrier) if !carrier.is_ready() => {
                let detail = format!("{}, which carries it, {}", self.carrier.name(), carrier.detail());
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

/// How the outside system behind a service that works is.
fn upstream(carrier: &Sighting, prefix: &str, breaker: Option<&Standing>) -> (Status, String, DateTime<Utc>) {
    let parts: Vec<_> = carrier.parts_named(prefix).collect();
    let Some(worst) = parts.iter().max_by_key(|part| part.status) else {
        let detail = if carrier.is_fresh() {
            "none is set up"
        } else {
            "its service does not say in time how it is"
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
        let told: Vec<_> = parts
            .iter()
            .map(|part| format!("{}: {}", part.name, part.detail))
            .collect();
        told.join("; ")
    };
    let detail = if carrier.is_fresh() {
        detail
    } else {
        format!("when last seen: {detail}")
    };
    (status, detail, worst.checked_at)
}
