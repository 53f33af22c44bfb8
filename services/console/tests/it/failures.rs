//! Outages of the servers, reported while they last; then recovery.

use crate::app::{ConsoleOptions, TestApp};
use mc_keyring::ExposeSecret;
use mc_testkit::{ChaosProxy, TestOptions, broker, redis_url, setting};
use std::time::{Duration, Instant};

fn through(url: &str, port: u16) -> String {
    let mut url = url::Url::parse(url).unwrap();
    url.set_port(Some(port)).unwrap();
    url.to_string()
}

#[actix_web::test]
async fn without_its_database_it_reports_the_outage() {
    let proxy = ChaosProxy::before_url(&setting("MC_TEST_POSTGRES_URL")).await;
    let app = TestApp::start_with(ConsoleOptions {
        test: TestOptions {
            database_port: Some(proxy.port),
            ..TestOptions::default()
        },
        ..ConsoleOptions::default()
    })
    .await;
    app.detailed_until("/status", "healthy").await;
    for outage in [ChaosProxy::cut, ChaosProxy::stall] {
        outage(&proxy);
        let body = app.detailed_until("/components/database/status", "unhealthy").await;
        assert_eq!(body["status"], "unhealthy");
        assert_eq!(body["patient_care_impact"], "severe");
        assert_eq!(body["components"]["stripe_integration"]["status"], "healthy", "{body}");
        assert_eq!(body["components"]["message_broker"]["status"], "healthy", "{body}");
        let started = Instant::now();
        assert_eq!(app.get("/api/v1/health/readiness", None).await.status(), 503);
        assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
        // The console stays ready: it must report the outage.
        assert_eq!(app.get("/health/readiness", None).await.status(), 200);
        proxy.restore();
        app.detailed_until("/status", "healthy").await;
    }
}

#[actix_web::test]
async fn an_outage_of_the_broker_is_reported() {
    let proxy = ChaosProxy::before_url(&broker().operator_url).await;
    let app = TestApp::start_with(ConsoleOptions {
        test: TestOptions {
            broker_port: Some(proxy.port),
            ..TestOptions::default()
        },
        ..ConsoleOptions::default()
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
}

#[actix_web::test]
async fn an_outage_of_the_cache_is_reported_and_has_no_impact_on_care() {
    let url = redis_url().expose_secret().to_owned();
    let proxy = ChaosProxy::before_url(&url).await;
    let app = TestApp::start_with(ConsoleOptions {
        redis_url: Some(through(&url, proxy.port)),
        ..ConsoleOptions::default()
    })
    .await;
    app.detailed_until("/components/cache/status", "healthy").await;
    proxy.cut();
    let body = app.detailed_until("/components/cache/status", "unhealthy").await;
    assert_eq!(body["status"], "degraded");
    assert_eq!(body["patient_care_impact"], "none");
    proxy.restore();
    app.detailed_until("/status", "healthy").await;
}
