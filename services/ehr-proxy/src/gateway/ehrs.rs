//! The EHRs of all organisations, each made when it is first needed and made anew when its connection changes.

use super::{
    Ehr, EhrError,
    discovery::Discovery,
    token::{Source, Tokens},
    token_cache::TokenCache,
};
use crate::{config::EhrSettings, domain::Connection, events::EHR};
use mc_keyring::{Seals, Secrets};
use mc_upstream::{BreakerChange, Hooks, Method, Probe, Upstream};
use mc_vocabulary::{Clock, OrganizationId};
use redis::aio::ConnectionManager;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::mpsc::UnboundedSender;

/// What every EHR is made of.
pub struct Parts {
    /// Limits of every call.
    pub settings: EhrSettings,
    /// Credentials.
    pub secrets: Secrets,
    /// Seals kept tokens.
    pub seals: Arc<Seals>,
    /// Keeps tokens and rate budgets.
    pub redis: ConnectionManager,
    /// The time.
    pub clock: Clock,
    /// Where changes of breakers go.
    pub breaker_changes: UnboundedSender<BreakerChange>,
}

/// The EHRs of all organisations.
pub struct Ehrs {
    parts: Parts,
    made: Mutex<HashMap<OrganizationId, Arc<Ehr>>>,
}

impl Ehrs {
    /// None yet.
    pub fn new(parts: Parts) -> Self {
        Self {
            parts,
            made: Mutex::default(),
        }
    }

    /// The EHR behind `connection`.
    ///
    /// # Errors
    /// [`EhrError::Setup`] where the connection's address may not be called.
    pub fn of(&self, connection: &Connection) -> Result<Arc<Ehr>, EhrError> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ehr) = made.get(&connection.organization_id)
            && ehr.connection == *connection
        {
            return Ok(Arc::clone(ehr));
        }
        let ehr = Arc::new(self.parts.ehr(connection.clone())?);
        made.insert(connection.organization_id, Arc::clone(&ehr));
        Ok(ehr)
    }

    /// Every EHR that was needed so far.
    pub fn made(&self) -> Vec<Arc<Ehr>> {
        self.made
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect()
    }

    /// Checks that an address may be called, without calling it.
    ///
    /// # Errors
    /// [`EhrError::Setup`].
    pub fn may_call(&self, connection: &Connection) -> Result<(), EhrError> {
        self.parts.upstream(connection).map(drop)
    }
}

impl Parts {
    fn upstream(&self, connection: &Connection) -> Result<Upstream, EhrError> {
        let hooks = Hooks {
            breaker_changes: Some(self.breaker_changes.clone()),
            redis: Some(self.redis.clone()),
        };
        // The name carries whose EHR it is: each has a breaker and a rate budget of its own.
        let name = format!("{EHR}:{}", connection.organization_id);
        Upstream::new(
            name,
            self.settings.at(connection.base_url.clone()),
            self.clock.clone(),
            hooks,
        )
        .map_err(|error| {
            tracing::warn!(error.message = %error, "an EHR connection cannot be used");
            EhrError::Setup("its address is not one that may be called")
        })
    }

    fn ehr(&self, connection: Connection) -> Result<Ehr, EhrError> {
        let upstream = self.upstream(&connection)?;
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
            patience: Duration::from_millis(self.settings.deadline_ms),
        })
    }
}

/// Whose EHR the change of a breaker is about.
pub fn organization_of(change: &BreakerChange) -> Option<OrganizationId> {
    change.upstream.strip_prefix(EHR)?.strip_prefix(':')?.parse().ok()
}
