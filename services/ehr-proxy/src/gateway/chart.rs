//! Reading a whole chart.

use super::{Ehr, EhrError, error::is_policy};
use crate::domain::Chart;
use futures_util::future::try_join_all;
use mc_fhir::{Bundle, Resource};
use mc_upstream::{BreakerState, Method, Upstream};
use mc_vocabulary::PatientId;
use tokio::time::Instant;
use url::Url;

/// Maximum number of pages read of one search.
const MAX_PAGES: usize = 10;
/// Epic's "no results" among the issues of a search: the result is complete.
const NO_RESULTS: &str = "4101";

impl Ehr {
    /// The Patient and all resources of `types` about `patient_id`.
    ///
    /// # Errors
    /// [`EhrError`]. If one part cannot be read, the whole fails: a chart without its allergies is
    /// worse than none.
    pub async fn chart(&self, patient_id: &PatientId, types: &[&'static str]) -> Result<Chart, EhrError> {
        let ends = Instant::now() + self.deadline;
        // One token for all reads.
        self.tokens.get().await?;
        let patient = self.patient_until(patient_id, ends);
        let wanted = types.iter().filter(|one| **one != "Patient");
        let searches = try_join_all(wanted.map(|one| self.search(one, patient_id, ends)));
        let (patient, found) = if self.upstream.snapshot().state == BreakerState::Closed {
            tokio::try_join!(patient, searches)?
        } else {
            // A half-open breaker allows one call, and only then the others.
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

    /// All resources of a type about a patient, and whether the result is known to be complete.
    async fn search(
        &self,
        resource_type: &'static str,
        patient_id: &PatientId,
        ends: Instant,
    ) -> Result<(&'static str, Vec<Resource>, bool), EhrError> {
        let (mut resources, mut complete) = (Vec::new(), true);
        let path = format!("{resource_type}?patient={patient_id}&_count=100");
        let mut next: Option<Url> = None;
        for _ in 0..MAX_PAGES {
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
                    return Err(EhrError::UnreadableResponse("a resource of another patient"));
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

    /// The URL of the next page. The request carries our token, so it must go to the same server.
    fn page(&self, link: &str) -> Result<Url, EhrError> {
        let url = self.connection.base_url.join(link).ok();
        url.filter(|url| url.origin() == self.connection.base_url.origin())
            .ok_or(EhrError::UnreadableResponse("a next page on another server"))
    }

    /// Whether `patient` or `subject` refers to the patient, relative or by this server's base URL.
    fn is_about(&self, resource: &Resource, patient_id: &PatientId) -> bool {
        #[derive(serde::Deserialize)]
        struct Reference {
            reference: Option<String>,
        }
        let named = ["patient", "subject"]
            .iter()
            .find_map(|member| resource.get::<Reference>(member).ok()?);
        let Some(reference) = named.and_then(|named| named.reference) else {
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
}
