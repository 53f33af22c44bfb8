//! The EHRs of all organizations, each connected on first use and again when its connection
//! changes.

use super::{
    Ehr, EhrError,
    discovery::Discovery,
    token::{Source, Tokens},
    token_cache::TokenCache,
};
use crate::{
    config::EhrSettings,
    domain::{Bounds, Connection},
    events::EHR,
};
use mc_keyring::{Seals, Secrets};
use mc_upstream::{Hooks, Method, Probe, Upstream};
use mc_vocabulary::{Clock, OrganizationId};
use redis::aio::ConnectionManager;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Time limit for an EHR's discovery while its connection is set.
const DISCOVERY_DEADLINE: Duration = Duration::from_secs(3);

/// Dependencies of every EHR.
pub struct EhrDeps {
    /// Limits of every call.
    pub settings: EhrSettings,
    /// Credentials.
    pub secrets: Secrets,
    /// Seals cached tokens.
    pub seals: Arc<Seals>,
    /// Stores tokens and rate budgets.
    pub redis: ConnectionManager,
    pub clock: Clock,
    /// Receivers of breaker changes and rate budgets.
    pub hooks: Hooks,
}

/// The EHRs of all organizations.
pub struct Ehrs {
    deps: EhrDeps,
    connected: Mutex<HashMap<OrganizationId, Arc<Ehr>>>,
}

impl Ehrs {
    /// No EHR is connected yet.
    pub fn new(deps: EhrDeps) -> Self {
        Self {
            deps,
            connected: Mutex::default(),
        }
    }

    /// The EHR of `connection`.
    ///
    /// # Errors
    /// [`EhrError::Setup`] if the connection's address is not allowed.
    pub fn get(&self, connection: &Connection) -> Result<Arc<Ehr>, EhrError> {
        let mut connected = self.connected.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ehr) = connected.get(&connection.organization_id)
            && ehr.connection == *connection
        {
            return Ok(Arc::clone(ehr));
        }
        let ehr = Arc::new(self.deps.ehr(connection.clone())?);
        connected.insert(connection.organization_id, Arc::clone(&ehr));
        Ok(ehr)
    }

    /// Every EHR that is connected.
    pub fn connected(&self) -> Vec<Arc<Ehr>> {
        self.connected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect()
    }

    /// Checks that an address is allowed, without calling it.
    ///
    /// # Errors
    /// [`EhrError::Setup`].
    pub fn may_call(&self, connection: &Connection) -> Result<(), EhrError> {
        self.deps.upstream(connection, Hooks::default()).map(drop)
    }

    /// Checks the token endpoint that the connection's address names, if it answers now; it is
    /// checked again before each token request.
    ///
    /// # Errors
    /// [`EhrError::Bounds`].
    pub async fn check_token_endpoint(&self, connection: &Connection, bounds: &Bounds) -> Result<(), EhrError> {
        let upstream = self.deps.upstream(connection, Hooks::default())?;
        match Discovery::get_once(&upstream, DISCOVERY_DEADLINE).await {
            Ok(smart) => Ok(bounds.check_token_endpoint(&smart.token_endpoint)?),
            Err(_) => Ok(()),
        }
    }
}

impl EhrDeps {
    fn upstream(&self, connection: &Connection, hooks: Hooks) -> Result<Upstream, EhrError> {
        // The name includes the organization: each has its own breaker and rate budget.
        let name = format!("{EHR}:{}", connection.organization_id);
        Upstream::new(
            name,
            self.settings.at(connection.base_url.clone()),
            self.clock.clone(),
            hooks,
        )
        .map_err(|error| {
            tracing::warn!(error.message = %error, "an EHR connection cannot be used");
            EhrError::Setup("its address is not allowed")
        })
    }

    fn ehr(&self, connection: Connection) -> Result<Ehr, EhrError> {
        let upstream = self.upstream(&connection, self.hooks.clone())?;
        let tokens = Tokens::new(Source {
            cache: TokenCache::new(self.redis.clone(), Arc::clone(&self.seals), connection.clone()),
            connection: connection.clone(),
            upstream: upstream.clone(),
            secrets: self.secrets.clone(),
            clock: self.clock.clone(),
            discovery: Discovery::default(),
        });
        let probe = Probe::new(upstream.clone(), |upstream| {
            upstream
                .request(Method::GET, "metadata")
                .header("Accept", super::ehr::FHIR_JSON)
                .build()
        });
        Ok(Ehr {
            connection,
            upstream,
            tokens,
            probe,
            deadline: Duration::from_millis(self.settings.deadline_ms),
        })
    }
}

/// The organization of an EHR, from the name of its upstream.
pub fn organization_of(upstream: &str) -> Option<OrganizationId> {
    upstream.strip_prefix(EHR)?.strip_prefix(':')?.parse().ok()
}
