//! The rate budget, with Redis and without.

use mc_upstream::{RateConfig, UpstreamError};
use redis::{
    Client,
    aio::{ConnectionManager, ConnectionManagerConfig},
};

use super::*;

fn hooks(url: &str) -> Hooks {
    let settings = ConnectionManagerConfig::new().set_number_of_retries(0);
    let redis = ConnectionManager::new_lazy_with_config(Client::open(url).unwrap(), settings).unwrap();
    Hooks {
        breaker_changes: None,
        redis: Some(redis),
    }
}

fn limited(name: &str, base_url: &str, redis_url: &str) -> Upstream {
    let mut config = config(base_url);
    config.rate = Some(RateConfig {
        per_second: 5.0,
        burst: 2,
    });
    Upstream::new(name, config, Clock::System, hooks(redis_url)).unwrap()
}

#[tokio::test]
async fn without_redis_every_call_is_allowed() {
    let server = server(vec![status(200)]).await;
    let redis_url = unused_address().await.replace("http", "redis");
    let upstream = limited("payer", &server.uri(), &redis_url);
    for _ in 0..5 {
        upstream.send(get(&upstream)).await.unwrap();
    }
}

/// Needs a Redis at `MC_REDIS_URL`.
#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "the address of the server is given to the test from outside"
)]
async fn a_spent_budget_makes_calls_wait_or_fail_when_they_cannot() {
    let Ok(redis_url) = std::env::var("MC_REDIS_URL") else {
        println!("skipped: MC_REDIS_URL not set");
        return;
    };
    let server = server(vec![status(200)]).await;
    let name = format!("test-{}-{}", std::process::id(), server.address().port());
    let upstream = limited(&name, &server.uri(), &redis_url);
    let started = std::time::Instant::now();
    for _ in 0..4 {
        upstream.send(get(&upstream)).await.unwrap();
    }
    assert!(
        started.elapsed() >= Duration::from_millis(350),
        "two at once, then one every 200 ms"
    );
    let hurried = Call {
        deadline: Some(Duration::from_millis(20)),
        ..get(&upstream)
    };
    let error = upstream.send(hurried).await.unwrap_err();
    assert!(matches!(error, UpstreamError::BudgetSpent { .. }), "{error}");
    assert_eq!(
        (received(&server).await, upstream.snapshot().consecutive_failures),
        (4, 0)
    );
}
