//! The whole platform, as it was seen at one moment.

use super::{
    BreakerState, Impact, ImpactLevel, Integration, Part, Service, Sighting, Standing, Status, Told, breaker::standings,
};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// The servers that everything stands on, asked from here.
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

/// What a survey found.
#[derive(Debug, Clone)]
pub struct Platform {
    /// Servers.
    pub servers: ServerParts,
    /// Services.
    pub sightings: Vec<Sighting>,
    /// Breakers by upstream.
    pub breakers: BTreeMap<String, Standing>,
    /// When.
    pub checked_at: DateTime<Utc>,
}

impl Platform {
    /// From what was seen and what was told.
    pub fn new(servers: ServerParts, sightings: Vec<Sighting>, told: &[Told], checked_at: DateTime<Utc>) -> Self {
        Self {
            breakers: standings(&sightings, told),
            servers,
            sightings,
            checked_at,
        }
    }

    /// How `service` was seen.
    pub fn sighting(&self, service: Service) -> Option<&Sighting> {
        self.sightings.iter().find(|sighting| sighting.service == service)
    }

    /// The worst breaker among the upstreams whose name begins so.
    pub fn worst_breaker(&self, prefix: &str) -> Option<Standing> {
        let named = self.breakers.iter().filter(|(name, _)| name.starts_with(prefix));
        named
            .map(|(_, standing)| standing)
            .max_by_key(|standing| standing.state)
            .cloned()
    }

    /// The worst state of any breaker.
    pub fn worst_breaker_state(&self) -> BreakerState {
        let states = self.breakers.values().map(|standing| standing.state);
        states.max().unwrap_or(BreakerState::Closed)
    }

    /// The secrets manager as any of us sees it: the worst view.
    pub fn secrets(&self) -> (Status, String, DateTime<Utc>) {
        let own = std::iter::once(("console", &self.servers.secrets));
        let theirs = self
            .sightings
            .iter()
            .flat_map(|s| s.parts_named("secrets_manager").map(|part| (s.service.name(), part)));
        let views: Vec<_> = own.chain(theirs).collect();
        let own = &self.servers.secrets;
        let ailing: Vec<_> = views
            .iter()
            .filter(|(_, part)| part.status != Status::Healthy)
            .collect();
        match ailing.iter().map(|(_, part)| part.status).max() {
            None => (Status::Healthy, own.detail.clone(), own.checked_at),
            Some(worst) => {
                let told: Vec<_> = ailing
                    .iter()
                    .map(|(who, part)| format!("{who}: {}", part.detail))
                    .collect();
                (worst, told.join("; "), own.checked_at)
            }
        }
    }

    /// What it means for care.
    pub fn impact(&self) -> Impact {
        Impact::of(self, &Integration::all(self))
    }

    /// The whole in one word: unhealthy where a visit cannot be carried through, degraded where anything ails.
    pub fn status(&self) -> Status {
        let servers = [&self.servers.database, &self.servers.broker, &self.servers.cache];
        let parts = servers.into_iter().map(|part| part.status);
        let services = self.sightings.iter().map(Sighting::status);
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
