//! Is the upstream there? For health pages.

use std::time::Duration;

use chrono::{DateTime, Utc};
use http::StatusCode;
use reqwest::Request;
use tokio::{sync::Mutex, time::Instant};

use crate::{Upstream, UpstreamError};

/// A health page does not wait longer than this for one upstream.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(1);

/// However often a health page is asked for, the upstream is probed no more often than this.
const KEPT: Duration = Duration::from_secs(5);

/// What a probe found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeOutcome {
    /// The upstream answered, with a status below 500 other than 429.
    pub ok: bool,
    /// The status, when there was an answer.
    pub status: Option<u16>,
    /// How long it took.
    pub elapsed: Duration,
    /// Why there was no good answer: [`UpstreamError::kind`].
    pub error_kind: Option<&'static str>,
    /// When it was found.
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

/// The last outcome, and how many calls in a row had failed then: a real call that fails since makes it stale at once.
struct Seen {
    at: Instant,
    failures: u32,
    outcome: ProbeOutcome,
}

/// Probes one upstream at most every 5 seconds, or when real calls have begun to fail or to succeed; between probes, and to all who ask at once, it tells the last outcome.
pub struct Probe {
    upstream: Upstream,
    request: Box<MakeRequest>,
    last: Mutex<Option<Seen>>,
}

impl Probe {
    /// `request` makes the request of each probe: a cheap read that needs no patient.
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

    /// The upstream that is probed.
    pub fn upstream(&self) -> &Upstream {
        &self.upstream
    }

    /// The last outcome, or a new one when that is older than 5 seconds.
    pub async fn check(&self) -> ProbeOutcome {
        let mut last = self.last.lock().await;
        let failures = self.upstream.snapshot().consecutive_failures;
        if let Some(seen) = &*last
            && seen.at.elapsed() < KEPT
            && seen.failures == failures
        {
            return seen.outcome.clone();
        }
        let outcome = match (self.request)(&self.upstream) {
            Ok(request) => self.upstream.probe(request).await,
            Err(_) => self
                .upstream
                .outcome(Err(UpstreamError::InvalidRequest), Duration::ZERO),
        };
        *last = Some(Seen {
            at: Instant::now(),
            failures,
            outcome: outcome.clone(),
        });
        outcome
    }
}
