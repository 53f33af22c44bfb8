//! The database cut, the broker cut; then recovery.

use crate::app::{PASSWORD, TestApp, credentials};
use mc_testkit::{ChaosProxy, TestOptions, broker, eventually, setting};

#[actix_web::test]
async fn without_its_database_it_answers_503_and_recovers() {
    let proxy = ChaosProxy::before_url(&setting("MC_TEST_POSTGRES_URL")).await;
    let options = TestOptions {
        database_port: Some(proxy.port),
        ..TestOptions::default()
    };
    let app = TestApp::start_with(broker(), options).await;
    app.login("admin@clinic.test").await;

    proxy.cut();
    let response = app
        .call(
            reqwest::Method::POST,
            "/api/v1/auth/login",
            None,
            Some(credentials("admin@clinic.test", PASSWORD)),
        )
        .await;
    assert_eq!(response.status(), 503);
    assert!(response.headers().contains_key("retry-after"));
    eventually("503 from readiness", || async {
        let ready = app.call(reqwest::Method::GET, "/health/readiness", None, None).await;
        (ready.status() == 503).then_some(())
    })
    .await;
    let alive = app.call(reqwest::Method::GET, "/health/liveness", None, None).await;
    assert_eq!(alive.status(), 200);

    proxy.restore();
    eventually("a sign-in after the cut", || async {
        let (status, _) = app
            .post("/api/v1/auth/login", None, credentials("admin@clinic.test", PASSWORD))
            .await;
        (status == 200).then_some(())
    })
    .await;
}

#[actix_web::test]
async fn without_its_broker_it_serves_and_publishes_the_events_later() {
    let broker = broker();
    let proxy = ChaosProxy::before_url(&broker.operator_url).await;
    // A mandatory event stays in the outbox until a queue takes it.
    broker.declare("audit.log", "*.audit.recorded.v1").await;
    proxy.cut();
    let options = TestOptions {
        broker_port: Some(proxy.port),
        ..TestOptions::default()
    };
    let app = TestApp::start_with(broker.clone(), options).await;
    app.login("admin@clinic.test").await;
    let waiting = app
        .database
        .count("SELECT count(*) FROM auth.outbox WHERE published_at IS NULL")
        .await;
    assert_eq!(waiting, 2, "the bootstrap and the sign-in wait");
    proxy.restore();
    eventually("an empty outbox", || async {
        let left = app
            .database
            .count("SELECT count(*) FROM auth.outbox WHERE published_at IS NULL")
            .await;
        (left == 0).then_some(())
    })
    .await;
    assert_eq!(broker.ready("audit.log").await, Some(2));
}
