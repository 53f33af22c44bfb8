//! The breaker with real calls.

use chrono::{DateTime, TimeDelta};
use mc_upstream::{BreakerChange, BreakerState, UpstreamError};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::*;

struct Observed {
    upstream: Upstream,
    clock: Clock,
    changes: UnboundedReceiver<BreakerChange>,
}

fn observed(mut config: UpstreamConfig) -> Observed {
    config.retries_max = 0;
    let clock = Clock::manual(DateTime::UNIX_EPOCH);
    let (sender, changes) = unbounded_channel();
    let hooks = Hooks {
        breaker_changes: Some(sender),
        redis: None,
    };
    Observed {
        upstream: upstream_at(config, clock.clone(), hooks),
        clock,
        changes,
    }
}

impl Observed {
    async fn fail_three_times(&self) {
        for _ in 0..3 {
            assert!(self.upstream.send(get(&self.upstream)).await.is_err());
        }
    }

    fn change(&mut self) -> (BreakerState, BreakerState, &'static str) {
        let change = self.changes.try_recv().unwrap();
        assert_eq!(change.upstream, "payer");
        (change.from, change.to, change.reason)
    }
}

#[tokio::test]
async fn it_opens_refuses_at_once_and_closes_by_one_successful_probe() {
    let server = server(vec![status(503), status(503), status(503), status(200)]).await;
    let mut observed = observed(config(&server.uri()));
    assert_eq!(
        observed.change(),
        (BreakerState::Closed, BreakerState::Closed, "started")
    );
    observed.fail_three_times().await;
    assert_eq!(
        observed.change(),
        (BreakerState::Closed, BreakerState::Open, "failure_threshold")
    );
    let error = observed.upstream.send(get(&observed.upstream)).await.unwrap_err();
    assert_eq!(
        error,
        UpstreamError::BreakerOpen {
            retry_after: Duration::from_secs(30)
        }
    );
    assert_eq!(received(&server).await, 3);
    let snapshot = observed.upstream.snapshot();
    assert_eq!((snapshot.state, snapshot.consecutive_failures), (BreakerState::Open, 3));

    observed.clock.advance(TimeDelta::seconds(30));
    observed.upstream.send(get(&observed.upstream)).await.unwrap();
    assert_eq!(observed.change(), (BreakerState::Open, BreakerState::HalfOpen, "probe"));
    assert_eq!(
        observed.change(),
        (BreakerState::HalfOpen, BreakerState::Closed, "probe_succeeded")
    );
}

#[tokio::test]
async fn concurrent_callers_are_refused_while_the_probe_is_in_flight() {
    let server = server(vec![status(503), status(503), status(503), slow(100)]).await;
    let observed = observed(config(&server.uri()));
    observed.fail_three_times().await;
    observed.clock.advance(TimeDelta::seconds(30));
    let send = || observed.upstream.send(get(&observed.upstream));
    let results = tokio::join!(send(), send(), send());
    assert!(results.0.is_ok() && results.1.is_err() && results.2.is_err());
    assert_eq!(received(&server).await, 4);
}

#[tokio::test]
async fn a_probe_that_fails_is_not_retried_and_opens_again() {
    let server = server(vec![status(503)]).await;
    let mut config = config(&server.uri());
    config.breaker.failure_threshold = 1;
    let clock = Clock::manual(DateTime::UNIX_EPOCH);
    let upstream = upstream_at(config, clock.clone(), Hooks::default());
    upstream.send(get(&upstream)).await.unwrap_err();
    assert_eq!(received(&server).await, 4);
    clock.advance(TimeDelta::seconds(30));
    upstream.send(get(&upstream)).await.unwrap_err();
    assert_eq!(received(&server).await, 5);
    assert_eq!(upstream.snapshot().state, BreakerState::Open);
}

#[tokio::test]
async fn a_cancelled_probe_frees_its_place() {
    let server = server(vec![status(503), status(503), status(503), slow(250), status(200)]).await;
    let observed = observed(config(&server.uri()));
    observed.fail_three_times().await;
    observed.clock.advance(TimeDelta::seconds(30));
    let cancelled = tokio::time::timeout(
        Duration::from_millis(50),
        observed.upstream.send(get(&observed.upstream)),
    )
    .await;
    assert!(cancelled.is_err());
    assert_eq!(observed.upstream.snapshot().state, BreakerState::HalfOpen);
    observed.upstream.send(get(&observed.upstream)).await.unwrap();
    assert_eq!(observed.upstream.snapshot().state, BreakerState::Closed);
}

#[tokio::test]
async fn retries_stop_once_others_have_opened_it() {
    let server = server(vec![status(503)]).await;
    let mut config = config(&server.uri());
    config.backoff_initial_ms = 100;
    let upstream = upstream(config);
    let force = async {
        tokio::time::sleep(Duration::from_millis(110)).await;
        upstream.force_open();
    };
    let (result, ()) = tokio::join!(upstream.send(get(&upstream)), force);
    assert!(result.is_err());
    assert!(received(&server).await < 4);
}

#[tokio::test]
async fn an_operator_can_force_it_open_and_closed() {
    let server = server(vec![status(200)]).await;
    let observed = observed(config(&server.uri()));
    observed.upstream.force_open();
    observed.clock.advance(TimeDelta::hours(1));
    assert_eq!(
        observed
            .upstream
            .send(get(&observed.upstream))
            .await
            .unwrap_err()
            .kind(),
        "breaker_open"
    );
    assert!(observed.upstream.snapshot().forced);
    observed.upstream.force_closed();
    observed.upstream.send(get(&observed.upstream)).await.unwrap();
}
