//! The EHR of one organization.

use super::{EhrError, token::Tokens};
use crate::domain::Connection;
use mc_fhir::{Resource, WeakEtag};
use mc_upstream::{Answer, BreakerSnapshot, Call, Method, Probe, ProbeOutcome, RequestBuilder, Upstream};
use mc_vocabulary::{EncounterId, PatientId};
use std::time::Duration;
use tokio::time::Instant;

pub(super) const FHIR_JSON: &str = "application/fhir+json";
/// Header of the API key that some EHRs require in addition to the token.
const API_KEY: &str = "X-API-Key";

/// The EHR of one organization.
pub struct Ehr {
    pub(super) connection: Connection,
    pub(super) upstream: Upstream,
    pub(super) tokens: Tokens,
    pub(super) probe: Probe,
    /// Time limit for reading a whole chart.
    pub(super) deadline: Duration,
}

/// A resource and its version.
#[derive(Debug, Clone)]
pub struct Versioned {
    /// The resource.
    pub resource: Resource,
    /// Its version; None if the EHR returned none.
    pub version: Option<WeakEtag>,
}

impl Ehr {
    /// The base URL without a trailing slash.
    pub fn base(&self) -> &str {
        self.connection.base_url.as_str().trim_end_matches('/')
    }

    /// Reads a Patient.
    ///
    /// # Errors
    /// [`EhrError`].
    pub async fn patient(&self, patient_id: &PatientId) -> Result<Resource, EhrError> {
        self.patient_until(patient_id, Instant::now() + self.deadline).await
    }

    pub(super) async fn patient_until(&self, patient_id: &PatientId, ends: Instant) -> Result<Resource, EhrError> {
        Ok(self
            .read("read_patient", "Patient", patient_id.as_str(), ends)
            .await?
            .resource)
    }

    /// Reads an Encounter with its version.
    ///
    /// # Errors
    /// [`EhrError`].
    pub async fn encounter(&self, id: &EncounterId) -> Result<Versioned, EhrError> {
        self.read(
            "read_encounter",
            "Encounter",
            id.as_str(),
            Instant::now() + self.deadline,
        )
        .await
    }

    /// Writes an Encounter if it still has `version`. Returns what the EHR then stores.
    ///
    /// # Errors
    /// [`EhrError::VersionConflict`] if it has changed, or the failure of the call.
    pub async fn update_encounter(
        &self,
        id: &EncounterId,
        encounter: &Resource,
        version: &WeakEtag,
    ) -> Result<Versioned, EhrError> {
        let body = encounter.to_json();
        let path = format!("Encounter/{id}");
        let ends = Instant::now() + self.deadline;
        let request = |upstream: &Upstream| {
            let request = upstream
                .request(Method::PUT, &path)
                .header("If-Match", version.to_string());
            request
                .header("Content-Type", FHIR_JSON)
                .header("Prefer", "return=representation")
                .body(body.clone())
        };
        let answer = self.call("update_encounter", ends, request).await?;
        if !answer.status.is_success() {
            return Err(EhrError::of(&answer));
        }
        // Some servers respond to a change without a body.
        let written = Resource::parse(&answer.body)
            .ok()
            .filter(|resource| is(resource, "Encounter", id.as_str()));
        let resource = written.unwrap_or_else(|| encounter.clone());
        Ok(Versioned {
            version: version_of(&resource, &answer),
            resource,
        })
    }

    async fn read(
        &self,
        operation: &'static str,
        resource_type: &'static str,
        id: &str,
        ends: Instant,
    ) -> Result<Versioned, EhrError> {
        let path = format!("{resource_type}/{id}");
        let answer = self
            .call(operation, ends, |upstream| upstream.request(Method::GET, &path))
            .await?;
        if !answer.status.is_success() {
            return Err(EhrError::of(&answer));
        }
        let resource = Resource::parse(&answer.body)?;
        if !is(&resource, resource_type, id) {
            return Err(EhrError::UnreadableResponse("another resource than the requested one"));
        }
        Ok(Versioned {
            version: version_of(&resource, &answer),
            resource,
        })
    }

    /// One call with a token; repeated once with a new token if the EHR rejects it.
    pub(super) async fn call(
        &self,
        operation: &'static str,
        ends: Instant,
        request: impl Fn(&Upstream) -> RequestBuilder,
    ) -> Result<Answer, EhrError> {
        let mut last = None;
        for _ in 0..2 {
            let credentials = self.tokens.get().await?;
            let mut request = request(&self.upstream)
                .header("Accept", FHIR_JSON)
                .bearer_auth(&credentials.token);
            if let Some(api_key) = &credentials.api_key {
                request = request.header(API_KEY, api_key);
            }
            let request = request
                .build()
                .map_err(|_| EhrError::Setup("the address cannot be called"))?;
            let deadline = Some(ends.saturating_duration_since(Instant::now()));
            let answer = self
                .upstream
                .send(Call {
                    operation,
                    request,
                    idempotent: true,
                    deadline,
                })
                .await?;
            if answer.status.as_u16() != 401 {
                return Ok(answer);
            }
            tracing::info!(upstream.operation = operation, "the EHR rejected the token");
            self.tokens.invalidate(&credentials).await;
            last = Some(answer);
        }
        Err(last.as_ref().map_or(EhrError::Setup("no token"), EhrError::of))
    }

    /// Checks that the secret of the connection may be used for it, without calling the EHR.
    ///
    /// # Errors
    /// [`EhrError::Bounds`], or why the secret cannot be read.
    pub async fn check_secret(&self) -> Result<(), EhrError> {
        self.tokens.check().await
    }

    /// Whether the EHR is available; probed at most every five seconds.
    pub async fn check(&self) -> ProbeOutcome {
        self.probe.check().await
    }

    /// The state of the breaker.
    pub fn breaker(&self) -> BreakerSnapshot {
        self.upstream.snapshot()
    }

    /// The upstream, for forcing its breaker.
    pub fn upstream(&self) -> &Upstream {
        &self.upstream
    }

    /// The cached token as stored: the evidence for encryption at rest checks it.
    pub async fn sealed_token(&self) -> Option<Vec<u8>> {
        self.tokens.sealed().await
    }
}

fn is(resource: &Resource, resource_type: &str, id: &str) -> bool {
    resource.resource_type() == resource_type && resource.id().as_deref() == Some(id)
}

fn version_of(resource: &Resource, answer: &Answer) -> Option<WeakEtag> {
    let header = answer
        .headers
        .get("ETag")
        .and_then(|value| WeakEtag::parse(value.to_str().ok()?));
    header.or_else(|| WeakEtag::from_version(&resource.version_id()?))
}
