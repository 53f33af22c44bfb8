//! The database cut, the broker cut; then recovery.

use crate::app::{PASSWORD, TestApp, TestOptions, credentials};
use mc_auth::startup::MIGRATOR;
use mc_testkit::{ChaosProxy, Database, broker, eventually, setting};

#[actix_web::test]
async fn without_its_database_it_says_503_and_comes_back() {
    let database = Database::fresh("auth", &MIGRATOR).await;
    let proxy = ChaosProxy::before_url(&setting("MC_TEST_POSTGRES_URL")).await;
    let vary = TestOptions {
        database_port: Some(proxy.port),
        ..TestOptions::default()
    };
    let app = TestApp::start_with(database, broker(), vary).await;
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
    let ready = app.call(reqwest::Method::GET, "/health/readiness", None, None).await;
    assert_eq!(ready.status(), 503);
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
    app.stop().await;
}

#[actix_web::test]
async fn without_its_broker_it_goes_on_and_tells_the_events_later() {
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    let proxy = ChaosProxy::before_url(&broker.url).await;
    let mut url = reqwest::Url::parse(&broker.url).unwrap();
    url.set_port(Some(proxy.port)).unwrap();
    // Somebody listens, or a mandatory event would rightly wait.
    broker.declare("audit.log", "*.audit.recorded.v1").await;
    proxy.cut();
    let vary = TestOptions {
        broker_url: Some(url.to_string()),
        ..TestOptions::default()
    };
    let app = TestApp::start_with(database, broker.clone(), vary).await;
    app.login("admin@clinic.test").await;
    let waiting = app
        .database
        .count("SELECT count(*) FROM auth.outbox WHERE published_at IS NULL")
        .await;
    assert_eq!(waiting, 2, "the bootstrap and the sign-in wait");
    proxy.restore();
    eventually("both events told", || async {
        let left = app
            .database
            .count("SELECT count(*) FROM auth.outbox WHERE published_at IS NULL")
            .await;
        (left == 0).then_some(())
    })
    .await;
    assert_eq!(broker.ready("audit.log").await, Some(2));
    app.stop().await;
}
