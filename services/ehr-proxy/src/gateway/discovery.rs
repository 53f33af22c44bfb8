//! Where an EHR gives tokens: `.well-known/smart-configuration` (SMART App Launch, conformance).

use super::EhrError;
use mc_upstream::{Call, Method, StatusCode, Upstream};
use serde::Deserialize;
use std::{
    sync::Mutex,
    sync::PoisonError,
    time::{Duration, Instant},
};
use url::Url;

/// How long a document is believed.
const KEPT: Duration = Duration::from_hours(1);

/// What we need of the document.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct SmartConfiguration {
    /// Where tokens are given.
    pub token_endpoint: Url,
    #[serde(default)]
    token_endpoint_auth_signing_alg_values_supported: Option<Vec<String>>,
}

impl SmartConfiguration {
    /// Whether assertions signed so are taken; a document that lists none takes what the standard asks for.
    pub fn takes(&self, algorithm: &str) -> bool {
        let listed = self.token_endpoint_auth_signing_alg_values_supported.as_ref();
        listed.is_none_or(|listed| listed.is_empty() || listed.iter().any(|one| one == algorithm))
    }
}

/// The document of one EHR, read again after an hour.
#[derive(Default)]
pub(super) struct Discovery {
    last: Mutex<Option<(Instant, SmartConfiguration)>>,
}

impl Discovery {
    pub async fn get(&self, upstream: &Upstream) -> Result<SmartConfiguration, EhrError> {
        if let Some((at, known)) = &*self.last.lock().unwrap_or_else(PoisonError::into_inner)
            && at.elapsed() < KEPT
        {
            return Ok(known.clone());
        }
        let request = upstream.request(Method::GET, ".well-known/smart-configuration");
        let request = request
            .header("Accept", "application/json")
            .build()
            .map_err(|_| EhrError::Setup("base_url"))?;
        let call = Call {
            operation: "discover",
            request,
            idempotent: true,
            deadline: None,
        };
        let answer = upstream.send(call).await?;
        if answer.status != StatusCode::OK {
            return Err(EhrError::Setup("it has no smart-configuration"));
        }
        let found: SmartConfiguration =
            serde_json::from_slice(&answer.body).map_err(|_| EhrError::UnreadableResponse("smart-configuration"))?;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), found.clone()));
        Ok(found)
    }

    /// Reads the document again next time: the endpoint may have moved.
    pub fn forget(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
