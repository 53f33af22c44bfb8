//! The state of the whole platform at one moment.

use super::{
    BreakerEvent, BreakerState, BreakerStatus, Impact, ImpactLevel, Integration, Part, ServiceStatus, Status,
    breaker::breaker_statuses,
};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// The servers, as the console reaches them.
#[derive(Debug, Clone)]
pub struct ServerParts {
    /// Postgres.
    pub database: Part,
    /// RabbitMQ.
    pub broker: Part,
    /// Redis.
    pub cache: Part,
    /// The secrets manager.
    pub secrets: Part,
}

/// The result of a survey.
#[derive(Debug, Clone)]
pub struct Platform {
    pub servers: ServerParts,
    pub services: Vec<ServiceStatus>,
    /// Breakers by upstream.
    pub breakers: BTreeMap<String, BreakerStatus>,
    pub checked_at: DateTime<Utc>,
}

impl Platform {
    /// Combines what was measured with the stored breaker changes.
    pub fn new(
        servers: ServerParts,
        services: Vec<ServiceStatus>,
        events: &[BreakerEvent],
        checked_at: DateTime<Utc>,
    ) -> Self {
        Self {
            breakers: breaker_statuses(&services, events),
            servers,
            services,
            checked_at,
        }
    }

    /// The status of `service`.
    pub fn service_status(&self, service: &str) -> Option<&ServiceStatus> {
        self.services.iter().find(|seen| seen.service == service)
    }

    /// The worst breaker among the upstreams whose names begin with `prefix`.
    pub fn worst_breaker(&self, prefix: &str) -> Option<BreakerStatus> {
        let named = self.breakers.iter().filter(|(name, _)| name.starts_with(prefix));
        named
            .map(|(_, breaker)| breaker)
            .max_by_key(|breaker| breaker.state)
            .cloned()
    }

    /// The worst state of any breaker.
    pub fn worst_breaker_state(&self) -> BreakerState {
        let states = self.breakers.values().map(|breaker| breaker.state);
        states.max().unwrap_or(BreakerState::Closed)
    }

    /// The secrets manager: the worst of all services' reports.
    pub fn secrets(&self) -> (Status, String, DateTime<Utc>) {
        let own = std::iter::once(("console", &self.servers.secrets));
        let theirs = self
            .services
            .iter()
            .flat_map(|s| s.parts_named("secrets_manager").map(|part| (s.service.as_str(), part)));
        let views: Vec<_> = own.chain(theirs).collect();
        let own = &self.servers.secrets;
        let ailing: Vec<_> = views
            .iter()
            .filter(|(_, part)| part.status != Status::Healthy)
            .collect();
        match ailing.iter().map(|(_, part)| part.status).max() {
            None => (Status::Healthy, own.detail.clone(), own.checked_at),
            Some(worst) => {
                let details: Vec<_> = ailing
                    .iter()
                    .map(|(service, part)| format!("{service}: {}", part.detail))
                    .collect();
                (worst, details.join("; "), own.checked_at)
            }
        }
    }

    /// The impact on care.
    pub fn impact(&self) -> Impact {
        Impact::of(self, &Integration::all(self))
    }

    /// Unhealthy where visits cannot be completed, degraded where anything is not healthy.
    pub fn status(&self) -> Status {
        let servers = [&self.servers.database, &self.servers.broker, &self.servers.cache];
        let parts = servers.into_iter().map(|part| part.status);
        let services = self.services.iter().map(ServiceStatus::status);
        let integrations = Integration::all(self).into_iter().map(|integration| integration.status);
        let ailing = parts
            .chain(services)
            .chain(integrations)
            .chain(std::iter::once(self.secrets().0))
            .any(|status| status != Status::Healthy);
        match self.impact().level {
            ImpactLevel::Severe => Status::Unhealthy,
            ImpactLevel::None if !ailing => Status::Healthy,
            _ => Status::Degraded,
        }
    }
}
