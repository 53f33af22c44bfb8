//! The token endpoint of an EHR: `.well-known/smart-configuration` (SMART App Launch, conformance).

use super::EhrError;
use mc_upstream::{Call, Method, StatusCode, Upstream};
use serde::Deserialize;
use std::{
    sync::Mutex,
    sync::PoisonError,
    time::{Duration, Instant},
};
use url::Url;

/// How long a document is cached.
const CACHE_DURATION: Duration = Duration::from_hours(1);

/// The members of the document that we use.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct SmartConfiguration {
    /// The token endpoint.
    pub token_endpoint: Url,
    #[serde(default)]
    token_endpoint_auth_signing_alg_values_supported: Option<Vec<String>>,
}

impl SmartConfiguration {
    /// Whether assertions with this signature are accepted; a document that lists none accepts what
    /// the standard requires.
    pub fn accepts(&self, algorithm: &str) -> bool {
        let listed = self.token_endpoint_auth_signing_alg_values_supported.as_ref();
        listed.is_none_or(|listed| listed.is_empty() || listed.iter().any(|one| one == algorithm))
    }
}

/// The cached document of one EHR.
#[derive(Default)]
pub(super) struct Discovery {
    last: Mutex<Option<(Instant, SmartConfiguration)>>,
}

impl Discovery {
    pub async fn get(&self, upstream: &Upstream) -> Result<SmartConfiguration, EhrError> {
        if let Some((at, known)) = &*self.last.lock().unwrap_or_else(PoisonError::into_inner)
            && at.elapsed() < CACHE_DURATION
        {
            return Ok(known.clone());
        }
        let found = Self::read(upstream, true, None).await?;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), found.clone()));
        Ok(found)
    }

    /// The document of an EHR, read by one attempt within `deadline`.
    pub async fn get_once(upstream: &Upstream, deadline: Duration) -> Result<SmartConfiguration, EhrError> {
        Self::read(upstream, false, Some(deadline)).await
    }

    async fn read(
        upstream: &Upstream,
        idempotent: bool,
        deadline: Option<Duration>,
    ) -> Result<SmartConfiguration, EhrError> {
        let request = upstream.request(Method::GET, ".well-known/smart-configuration");
        let request = request
            .header("Accept", "application/json")
            .build()
            .map_err(|_| EhrError::Setup("base_url"))?;
        let call = Call {
            operation: "discover",
            request,
            idempotent,
            deadline,
        };
        let answer = upstream.send(call).await?;
        if answer.status != StatusCode::OK {
            return Err(EhrError::Setup("it has no smart-configuration"));
        }
        serde_json::from_slice(&answer.body).map_err(|_| EhrError::UnreadableResponse("smart-configuration"))
    }

    /// Drops the cached document: the endpoint may have moved.
    pub fn forget(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
