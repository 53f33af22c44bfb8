//! An upstream and its calls.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use mc_vocabulary::Clock;
use redis::aio::ConnectionManager;
use reqwest::{Client, Method, Request, RequestBuilder, StatusCode};
use tokio::{sync::mpsc::UnboundedSender, time::Instant};
use url::Url;

use crate::{
    Answer, BreakerChange, BreakerSnapshot, Call, ProbeOutcome, SetupError, UpstreamConfig, UpstreamError,
    attempt::{Attempt, FailureStage, Received},
    backoff,
    breaker::{Breaker, Ticket},
    budget::Budget,
    guard, probe, setup,
};

/// Connections to the service.
#[derive(Clone, Default)]
pub struct Hooks {
    /// Receives every change of the breaker, for publication.
    pub breaker_changes: Option<UnboundedSender<BreakerChange>>,
    /// Stores the rate budget; without it `rate` has no effect.
    pub redis: Option<ConnectionManager>,
}

/// One external system. Cheap to clone; clones share connections, breaker and budget.
#[derive(Clone)]
pub struct Upstream {
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    config: UpstreamConfig,
    client: Client,
    clock: Clock,
    breaker: Arc<Breaker>,
    budget: Option<Budget>,
}

/// A failed attempt.
struct Failed {
    error: UpstreamError,
    stage: FailureStage,
    /// Whether a retry can cure the status.
    transient: bool,
}

impl Upstream {
    /// Validates the settings and builds the HTTP client.
    pub fn new(
        name: impl Into<String>,
        config: UpstreamConfig,
        clock: Clock,
        hooks: Hooks,
    ) -> Result<Self, SetupError> {
        let name = name.into();
        setup::check(&name, &config)?;
        let client = setup::client(&config).map_err(|source| SetupError::Client {
            upstream: name.clone(),
            source,
        })?;
        let breaker = Arc::new(Breaker::new(
            name.clone(),
            config.breaker,
            clock.clone(),
            hooks.breaker_changes,
        ));
        let budget = match (config.rate, hooks.redis) {
            (Some(rate), Some(redis)) => Some(Budget::new(&name, rate, redis)),
            _ => None,
        };
        Ok(Self {
            inner: Arc::new(Inner {
                name,
                config,
                client,
                clock,
                breaker,
                budget,
            }),
        })
    }

    /// Name of the upstream in traces, events and health checks.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Base URL of the upstream's API.
    pub fn base_url(&self) -> &Url {
        &self.inner.config.base_url
    }

    /// Starts a request to `path` below the base URL, whose own path is kept. The caller
    /// percent-encodes what it inserts into a segment; for a path with dot segments (`..`) the
    /// builder's `build` fails.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let base = self.inner.config.base_url.as_str().trim_end_matches('/');
        let address = match path.trim_start_matches('/') {
            _ if setup::has_dot_segments(path) => String::new(),
            "" => self.inner.config.base_url.to_string(),
            rest if rest.starts_with('?') => format!("{base}{rest}"),
            rest => format!("{base}/{rest}"),
        };
        self.inner.client.request(method, address)
    }

    /// Starts a request to an absolute URL, such as an endpoint named by the upstream's metadata.
    /// The address guard applies as to any other.
    pub fn request_url(&self, method: Method, url: Url) -> RequestBuilder {
        self.inner.client.request(method, url)
    }

    /// Makes one call: guard, breaker, budget, attempts with delays between them, result for the
    /// breaker.
    pub fn send(&self, call: Call) -> BoxFuture<'_, Result<Answer, UpstreamError>> {
        Box::pin(async move {
            let inner = &*self.inner;
            guard::check_url(call.request.url(), inner.config.allow_private_addresses)?;
            let ticket = inner
                .breaker
                .admit()
                .map_err(|retry_after| UpstreamError::BreakerOpen { retry_after })?;
            let result = inner.attempts(call, &ticket).await;
            match &result {
                Ok(_) => ticket.succeed(),
                Err(error) if error.is_failure() => ticket.fail(error.kind()),
                // Not a failure of the upstream: dropping the ticket frees the place of a probe.
                Err(_) => drop(ticket),
            }
            result
        })
    }

    /// Sends one request with a time limit of 1 second, bypassing breaker and budget, for health
    /// checks. Any response below 500 other than 429 counts as available.
    pub fn probe(&self, request: Request) -> BoxFuture<'_, ProbeOutcome> {
        Box::pin(async move {
            let inner = &*self.inner;
            let started = Instant::now();
            let result = match guard::check_url(request.url(), inner.config.allow_private_addresses) {
                Ok(()) => inner
                    .attempt("probe", 1, probe::TIMEOUT)
                    .send(request)
                    .await
                    .map_err(|(error, _)| error),
                Err(error) => Err(error),
            };
            self.outcome(result.map(|received| received.status), started.elapsed())
        })
    }

    pub(crate) fn outcome(&self, result: Result<StatusCode, UpstreamError>, elapsed: Duration) -> ProbeOutcome {
        ProbeOutcome::new(result, elapsed, self.inner.clock.now())
    }

    /// Current state of the breaker.
    pub fn snapshot(&self) -> BreakerSnapshot {
        self.inner.breaker.snapshot()
    }

    /// Time until the breaker may allow a call, for workers that wait instead of calling in vain;
    /// None if it allows one now.
    pub fn suspended_for(&self) -> Option<Duration> {
        self.inner.breaker.suspended_for()
    }

    /// Suspends all calls until [`Upstream::force_closed`].
    pub fn force_open(&self) {
        self.inner.breaker.force_open();
    }

    /// Allows calls again and resets the count of failures.
    pub fn force_closed(&self) {
        self.inner.breaker.force_closed();
    }
}

impl Inner {
    async fn attempts(&self, call: Call, ticket: &Ticket) -> Result<Answer, UpstreamError> {
        let Call {
            operation,
            mut request,
            idempotent,
            deadline,
        } = call;
        let started = Instant::now();
        let ends = started + deadline.unwrap_or_else(|| self.config.deadline());
        let mut number = 1;
        // An earlier attempt that the upstream may have executed: a later one that was not sent
        // must not hide it from the caller.
        let mut unclear: Option<UpstreamError> = None;
        loop {
            if let Err(error) = self.take_budget(ends).await {
                return Err(unclear.unwrap_or(error));
            }
            let left = ends.saturating_duration_since(Instant::now());
            let spare = request.try_clone();
            let attempt = self.attempt(operation, number, left.min(self.config.attempt_timeout()));
            let failed = match self.interpret(attempt.send(request).await) {
                Ok(Received { status, headers, body }) => {
                    return Ok(Answer {
                        status,
                        headers,
                        body,
                        attempts: number,
                        elapsed: started.elapsed(),
                    });
                }
                Err(failed) => failed,
            };
            let wait = self.wait(&failed, number);
            let in_time = Instant::now() + wait < ends;
            let repeatable = failed.transient && (idempotent || failed.stage == FailureStage::NothingSent);
            let more = number <= self.config.retries_max && ticket.may_continue();
            let (Some(next), true) = (spare, in_time && repeatable && more) else {
                return Err(match unclear {
                    Some(earlier) if !failed.error.may_have_acted() => earlier,
                    _ => failed.error,
                });
            };
            let kind = failed.error.kind();
            if failed.error.may_have_acted() {
                unclear = Some(failed.error);
            }
            tracing::info!(
                upstream.name = self.name,
                upstream.operation = operation,
                error.kind = kind,
                "retrying"
            );
            tokio::time::sleep(wait).await;
            request = next;
            number += 1;
        }
    }

    /// Waits for a place in the rate budget if the deadline allows.
    async fn take_budget(&self, ends: Instant) -> Result<(), UpstreamError> {
        let Some(budget) = &self.budget else {
            return Ok(());
        };
        while let Err(wait) = budget.take().await {
            if Instant::now() + wait >= ends {
                return Err(UpstreamError::BudgetSpent { retry_after: wait });
            }
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    fn attempt<'a>(&'a self, operation: &'a str, number: u32, timeout: Duration) -> Attempt<'a> {
        Attempt {
            client: &self.client,
            upstream: &self.name,
            operation,
            number,
            timeout,
            body_bytes_max: self.config.body_bytes_max,
        }
    }

    /// Separates responses that are left to the caller from failures of the upstream.
    fn interpret(&self, result: Result<Received, (UpstreamError, FailureStage)>) -> Result<Received, Failed> {
        let received = match result {
            Ok(received) => received,
            Err((error, stage)) => {
                return Err(Failed {
                    error,
                    stage,
                    transient: stage != FailureStage::Answered,
                });
            }
        };
        let status = received.status.as_u16();
        if status != 429 && status < 500 {
            return Ok(received);
        }
        let retry_after = backoff::retry_after(&received.headers, self.clock.now());
        let error = match status {
            429 => UpstreamError::RateLimited { retry_after },
            _ => UpstreamError::Unavailable { status, retry_after },
        };
        Err(Failed {
            error,
            stage: FailureStage::Answered,
            transient: matches!(status, 429 | 502 | 503 | 504),
        })
    }

    /// The upstream's `Retry-After`, or the exponential backoff.
    fn wait(&self, failed: &Failed, number: u32) -> Duration {
        let own = || backoff::delay(self.config.backoff_initial(), number - 1);
        failed.error.retry_after().unwrap_or_else(own)
    }
}
