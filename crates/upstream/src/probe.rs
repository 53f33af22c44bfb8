//! Availability probes for health checks.

use std::time::Duration;

use chrono::{DateTime, Utc};
use http::StatusCode;
use reqwest::Request;
use tokio::{sync::Mutex, time::Instant};

use crate::{Upstream, UpstreamError};

/// Time limit of a probe.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(1);

/// How long the result of a probe is reused.
const CACHE_DURATION: Duration = Duration::from_secs(5);

/// Result of a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeOutcome {
    /// Whether the upstream responded with a status below 500 other than 429.
    pub ok: bool,
    /// Status of the response, if there was one.
    pub status: Option<u16>,
    /// Duration of the probe.
    pub elapsed: Duration,
    /// Why the probe failed: [`UpstreamError::kind`].
    pub error_kind: Option<&'static str>,
    /// Time of the probe.
    pub at: DateTime<Utc>,
}

impl ProbeOutcome {
    pub(crate) fn new(result: Result<StatusCode, UpstreamError>, elapsed: Duration, at: DateTime<Utc>) -> Self {
        let status = result.as_ref().ok().map(StatusCode::as_u16);
        let error_kind = match &result {
            Err(error) => Some(error.kind()),
            Ok(StatusCode::TOO_MANY_REQUESTS) => Some("rate_limited"),
            Ok(status) if status.is_server_error() => Some("unavailable"),
            Ok(_) => None,
        };
        Self {
            ok: error_kind.is_none(),
            status,
            elapsed,
            error_kind,
            at,
        }
    }
}

type MakeRequest = dyn Fn(&Upstream) -> Result<Request, reqwest::Error> + Send + Sync;

/// The last outcome, and the count of consecutive failed calls at that time: it becomes stale when
/// that count changes.
struct CachedOutcome {
    at: Instant,
    failures: u32,
    outcome: ProbeOutcome,
}

/// Probes one upstream at most every 5 seconds, or when calls start to fail or to succeed. In
/// between, and to concurrent callers, it returns the last outcome.
pub struct Probe {
    upstream: Upstream,
    request: Box<MakeRequest>,
    last: Mutex<Option<CachedOutcome>>,
}

impl Probe {
    /// `request` builds the request of each probe: a cheap read without patient data.
    pub fn new(
        upstream: Upstream,
        request: impl Fn(&Upstream) -> Result<Request, reqwest::Error> + Send + Sync + 'static,
    ) -> Self {
        Self {
            upstream,
            request: Box::new(request),
            last: Mutex::default(),
        }
    }

    /// The probed upstream.
    pub fn upstream(&self) -> &Upstream {
        &self.upstream
    }

    /// The last outcome, or a new one if it is older than 5 seconds.
    pub async fn check(&self) -> ProbeOutcome {
        let mut last = self.last.lock().await;
        let failures = self.upstream.snapshot().consecutive_failures;
        if let Some(cached) = &*last
            && cached.at.elapsed() < CACHE_DURATION
            && cached.failures == failures
        {
            return cached.outcome.clone();
        }
        let outcome = match (self.request)(&self.upstream) {
            Ok(request) => self.upstream.probe(request).await,
            Err(_) => self
                .upstream
                .outcome(Err(UpstreamError::InvalidRequest), Duration::ZERO),
        };
        *last = Some(CachedOutcome {
            at: Instant::now(),
            failures,
            outcome: outcome.clone(),
        });
        outcome
    }
}
