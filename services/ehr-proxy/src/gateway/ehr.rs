//! One organisation's EHR.

use super::{EhrError, error::is_policy, token::Tokens};
use crate::domain::{Chart, Connection};
use futures_util::future::try_join_all;
use mc_fhir::{Bundle, Resource, WeakEtag};
use mc_upstream::{Answer, BreakerSnapshot, BreakerState, Call, Method, Probe, ProbeOutcome, RequestBuilder, Upstream};
use mc_vocabulary::{EncounterId, PatientId};
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

pub(super) const FHIR_JSON: &str = "application/fhir+json";
/// Pages of one search that are followed.
const PAGES_MAX: usize = 10;
/// Epic's "no results" among the issues of a search: nothing is missing.
const NO_RESULTS: &str = "4101";

/// An EHR as one organisation reaches it.
pub struct Ehr {
    pub(super) connection: Connection,
    pub(super) upstream: Upstream,
    pub(super) tokens: Tokens,
    pub(super) probe: Probe,
    /// A whole chart is read within this time.
    pub(super) patience: Duration,
}

/// A resource and the version it was read at.
#[derive(Debug, Clone)]
pub struct Versioned {
    /// The resource.
    pub resource: Resource,
    /// Its version; None where the EHR told none.
    pub version: Option<WeakEtag>,
}

impl Ehr {
    /// The base address, without a slash at its end.
    pub fn base(&self) -> &str {
        self.connection.base_url.as_str().trim_end_matches('/')
    }

    /// The Patient and what else `types` name (`Patient` among them or not), all about `patient_id`.
    ///
    /// # Errors
    /// [`EhrError`]; one part that cannot be read fails the whole: a chart without its allergies is worse than none.
    pub async fn chart(&self, patient_id: &PatientId, types: &[&'static str]) -> Result<Chart, EhrError> {
        let ends = Instant::now() + self.patience;
        // One token for all the reads that follow.
        self.tokens.get().await?;
        let patient = self.patient_until(patient_id, ends);
        let wanted = types.iter().filter(|one| **one != "Patient");
        let searches = try_join_all(wanted.map(|one| self.search(one, patient_id, ends)));
        let (patient, found) = if self.upstream.snapshot().state == BreakerState::Closed {
            tokio::try_join!(patient, searches)?
        } else {
            // A breaker that is being closed lets one call through, and only then the others.
            (patient.await?, searches.await?)
        };
        let mut chart = Chart {
            patient,
            others: Vec::new(),
            incomplete: Vec::new(),
        };
        for (resource_type, resources, complete) in found {
            chart.others.extend(resources);
            if !complete {
                chart.incomplete.push(resource_type);
            }
        }
        Ok(chart)
    }

    /// The Patient alone.
    ///
    /// # Errors
    /// [`EhrError`].
    pub async fn patient(&self, patient_id: &PatientId) -> Result<Resource, EhrError> {
        self.patient_until(patient_id, Instant::now() + self.patience).await
    }

    async fn patient_until(&self, patient_id: &PatientId, ends: Instant) -> Result<Resource, EhrError> {
        Ok(self
            .read("read_patient", "Patient", patient_id.as_str(), ends)
            .await?
            .resource)
    }

    /// An Encounter with its version.
    ///
    /// # Errors
    /// [`EhrError`].
    pub async fn encounter(&self, id: &EncounterId) -> Result<Versioned, EhrError> {
        self.read(
            "read_encounter",
            "Encounter",
            id.as_str(),
            Instant::now() + self.patience,
        )
        .await
    }

    /// Writes an Encounter where it still is at `version`; gives what the EHR then holds.
    ///
    /// # Errors
    /// [`EhrError::VersionConflict`] where it has changed, else what became of the call.
    pub async fn update_encounter(
        &self,
        id: &EncounterId,
        encounter: &Resource,
        version: &WeakEtag,
    ) -> Result<Versioned, EhrError> {
        let body = encounter.to_json();
        let path = format!("Encounter/{id}");
        let ends = Instant::now() + self.patience;
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
        // Some servers answer a change without a body.
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
            return Err(EhrError::Garbage("another resource than the one asked for"));
        }
        Ok(Versioned {
            version: version_of(&resource, &answer),
            resource,
        })
    }

    /// Every resource of a type about a patient, and whether that is known to be all.
    async fn search(
        &self,
        resource_type: &'static str,
        patient_id: &PatientId,
        ends: Instant,
    ) -> Result<(&'static str, Vec<Resource>, bool), EhrError> {
        let (mut resources, mut complete) = (Vec::new(), true);
        let path = format!("{resource_type}?patient={patient_id}&_count=100");
        let mut next: Option<Url> = None;
        for _ in 0..PAGES_MAX {
            let request = |upstream: &Upstream| match &next {
                None => upstream.request(Method::GET, &path),
                Some(url) => upstream.request_url(Method::GET, url.clone()),
            };
            let answer = self.call("search", ends, request).await?;
            if !answer.status.is_success() {
                return Err(EhrError::of(&answer));
            }
            let page = Bundle::parse(&answer.body)?;
            if is_policy(&page.issues) {
                return Err(EhrError::Forbidden);
            }
            let harmless = |issue: &mc_fhir::UpstreamIssue| {
                issue.severity == "information" || issue.codings.iter().any(|coding| coding.code == NO_RESULTS)
            };
            complete &= page.issues.iter().all(harmless);
            for resource in page.resources {
                if resource.resource_type() != resource_type {
                    continue;
                }
                if !self.is_about(&resource, patient_id) {
                    return Err(EhrError::Garbage("a resource of another patient"));
                }
                resources.push(resource);
            }
            next = match page.next {
                None => return Ok((resource_type, resources, complete)),
                Some(link) => Some(self.page(&link)?),
            };
        }
        Ok((resource_type, resources, false))
    }

    /// The address of the next page. It gets our token, so it must lead to the same server.
    fn page(&self, link: &str) -> Result<Url, EhrError> {
        let url = self.connection.base_url.join(link).ok();
        url.filter(|url| url.origin() == self.connection.base_url.origin())
            .ok_or(EhrError::Garbage("a next page elsewhere"))
    }

    /// Whether `patient` or `subject` is the patient, told relative or by this server's own address.
    fn is_about(&self, resource: &Resource, patient_id: &PatientId) -> bool {
        #[derive(serde::Deserialize)]
        struct Reference {
            reference: Option<String>,
        }
        let told = ["patient", "subject"]
            .iter()
            .find_map(|member| resource.get::<Reference>(member).ok()?);
        let Some(reference) = told.and_then(|told| told.reference) else {
            return false;
        };
        let relative = reference
            .strip_prefix(self.base())
            .map_or(reference.as_str(), |rest| rest.trim_start_matches('/'));
        let id = relative
            .strip_prefix("Patient/")
            .map(|rest| rest.split_once("/_history/").map_or(rest, |(id, _)| id));
        id == Some(patient_id.as_str())
    }

    /// One call with a token; where the EHR no longer believes it, once more with a fresh one.
    async fn call(
        &self,
        operation: &'static str,
        ends: Instant,
        request: impl Fn(&Upstream) -> RequestBuilder,
    ) -> Result<Answer, EhrError> {
        let mut last = None;
        for _ in 0..2 {
            let token = self.tokens.get().await?;
            let request = request(&self.upstream)
                .header("Accept", FHIR_JSON)
                .bearer_auth(&token)
                .build();
            let request = request.map_err(|_| EhrError::Setup("the address cannot be called"))?;
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
            tracing::info!(upstream.operation = operation, "the EHR no longer believes the token");
            self.tokens.drop_token(&token).await;
            last = Some(answer);
        }
        Err(last.as_ref().map_or(EhrError::Setup("no token"), EhrError::of))
    }

    /// Whether it is there; at most one question in five seconds.
    pub async fn check(&self) -> ProbeOutcome {
        self.probe.check().await
    }

    /// The breaker's state.
    pub fn breaker(&self) -> BreakerSnapshot {
        self.upstream.snapshot()
    }

    /// Stops or allows calls by hand.
    pub fn upstream(&self) -> &Upstream {
        &self.upstream
    }

    /// The token as the cache holds it: what the evidence of "encrypted at rest" looks at.
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
