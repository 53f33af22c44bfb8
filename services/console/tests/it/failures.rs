//! Outages of the servers, told truthfully while they last; then recovery.

use crate::app::{TestApp, TestOptions};
use mc_keyring::ExposeSecret;
use mc_testkit::{ChaosProxy, broker, redis_url, setting};
use std::time::{Duration, Instant};

fn through(url: &str, port: u16) -> String {
    let mut url = url::Url::parse(url).unwrap();
    url.set_port(Some(port)).unwrap();
    url.to_string()
}

#[actix_web::test]
async fn without_its_database_it_answers_and_says_so() {
    let proxy = ChaosProxy::before_url(&setting("MC_TEST_POSTGRES_URL")).await;
    let app = TestApp::start_with(TestOptions {
        database_port: Some(proxy.port),
        ..TestOptions::default()
    })
    .await;
    app.detailed_until("/status", "healthy").await;
    for outage in [ChaosProxy::cut, ChaosProxy::stall] {
        outage(&proxy);
        let body = app.detailed_until("/components/database/status", "unhealthy").await;
        assert_eq!(body["status"], "unhealthy");
        assert_eq!(body["patient_care_impact"], "severe");
        // The rest of it is as true as before.
        assert_eq!(body["components"]["stripe_integration"]["status"], "healthy", "{body}");
        assert_eq!(body["components"]["message_broker"]["status"], "healthy", "{body}");
        let started = Instant::now();
        assert_eq!(app.get("/api/v1/health/readiness", None).await.status(), 503);
        assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
        // The console itself stays in service: it is the one that tells.
        assert_eq!(app.get("/health/readiness", None).await.status(), 200);
        proxy.restore();
        app.detailed_until("/status", "healthy").await;
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_broker_that_is_away_is_told() {
    let url = broker().url;
    let proxy = ChaosProxy::before_url(&url).await;
    let app = TestApp::start_with(TestOptions {
        broker_url: Some(through(&url, proxy.port)),
        ..TestOptions::default()
    })
    .await;
    app.detailed_until("/components/message_broker/status", "healthy").await;
    for outage in [ChaosProxy::cut, ChaosProxy::stall] {
        outage(&proxy);
        let body = app
            .detailed_until("/components/message_broker/status", "unhealthy")
            .await;
        assert_eq!(body["status"], "degraded");
        assert_eq!(body["patient_care_impact"], "degraded");
        proxy.restore();
        app.detailed_until("/components/message_broker/status", "healthy").await;
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_cache_that_is_away_is_told_and_no_visit_notices() {
    let url = redis_url().expose_secret().to_owned();
    let proxy = ChaosProxy::before_url(&url).await;
    let app = TestApp::start_with(TestOptions {
        redis_url: Some(through(&url, proxy.port)),
        ..TestOptions::default()
    })
    .await;
    app.detailed_until("/components/cache/status", "healthy").await;
    proxy.cut();
    let body = app.detailed_until("/components/cache/status", "unhealthy").await;
    assert_eq!(body["status"], "degraded");
    assert_eq!(body["patient_care_impact"], "none");
    proxy.restore();
    app.detailed_until("/status", "healthy").await;
    app.stop().await;
}
