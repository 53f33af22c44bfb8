//! The database cut, the broker cut, the payer dead; then recovery, with nothing lost.

use crate::{
    app::{TestApp, TestOptions, VERIFY},
    payer::Mood,
};
use mc_testkit::{ChaosProxy, broker, eventually, setting};
use mc_vocabulary::Role;
use reqwest::Method;

#[actix_web::test]
async fn without_its_database_it_says_503_and_tells_no_data() {
    let proxy = ChaosProxy::before_url(&setting("MC_TEST_POSTGRES_URL")).await;
    let app = TestApp::start_with(
        broker(),
        TestOptions {
            database_port: Some(proxy.port),
            ..TestOptions::default()
        },
    )
    .await;
    let id = app.add_coverage().await;
    app.verify(&id).await;
    let asked = app.payer.asked().len();

    proxy.cut();
    let staff = app.token(Role::Staff);
    let path = format!("{VERIFY}?coverage_id={id}");
    let refused = app.call(Method::GET, &path, Some(&staff), None).await;
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("retry-after"));
    assert!(!refused.text().await.unwrap().contains("copay"));
    assert_eq!(app.payer.asked().len(), asked, "nothing goes out that is not on record");
    assert_eq!(
        app.call(Method::GET, "/health/readiness", None, None).await.status(),
        503
    );
    assert_eq!(
        app.call(Method::GET, "/health/liveness", None, None).await.status(),
        200
    );

    proxy.restore();
    eventually("a live answer after the cut", || async {
        let (status, told) = app.tell(Method::GET, &path, &staff, None).await;
        (status == 200 && told["outcome"] == "live").then_some(())
    })
    .await;
    app.stop().await;
}

#[actix_web::test]
async fn where_the_audit_record_cannot_be_committed_the_payers_answer_is_not_told() {
    let proxy = ChaosProxy::before_url(&setting("MC_TEST_POSTGRES_URL")).await;
    let app = TestApp::start_with(
        broker(),
        TestOptions {
            database_port: Some(proxy.port),
            ..TestOptions::default()
        },
    )
    .await;
    let id = app.add_coverage().await;
    app.payer.feels(Mood::Slow);
    let staff = app.token(Role::Staff);
    let path = format!("{VERIFY}?coverage_id={id}");
    let asking = app.call(Method::GET, &path, Some(&staff), None);
    let cutting = async {
        eventually("the question at the payer", || async {
            (!app.payer.asked().is_empty()).then_some(())
        })
        .await;
        proxy.cut();
    };
    let (refused, ()) = tokio::join!(asking, cutting);
    assert_eq!(refused.status(), 503);
    assert!(!refused.text().await.unwrap().contains("copay"));
    let sent = app.database.count("SELECT count(*) FROM eligibility.inquiries").await;
    assert_eq!(sent, 1, "what went out is on record all the same");
    app.stop().await;
}

#[actix_web::test]
async fn without_its_broker_it_goes_on_and_tells_the_events_later() {
    let broker = broker();
    let proxy = ChaosProxy::before_url(&broker.url).await;
    let mut url = reqwest::Url::parse(&broker.url).unwrap();
    url.set_port(Some(proxy.port)).unwrap();
    // Somebody listens, or a mandatory event would rightly wait.
    broker.declare("audit.log", "*.audit.recorded.v1").await;
    proxy.cut();
    let app = TestApp::start_with(
        broker.clone(),
        TestOptions {
            broker_url: Some(url.to_string()),
            ..TestOptions::default()
        },
    )
    .await;
    let id = app.add_coverage().await;
    assert_eq!(app.verify(&id).await["outcome"], "live");
    assert_eq!(app.component("broker").await["status"], "unhealthy");
    proxy.restore();
    eventually("both events told", || async {
        let left = app
            .database
            .count("SELECT count(*) FROM eligibility.outbox WHERE published_at IS NULL")
            .await;
        (left == 0).then_some(())
    })
    .await;
    assert_eq!(broker.ready("audit.log").await, Some(2));
    app.stop().await;
}

#[actix_web::test]
async fn a_dead_payer_leaves_the_service_ready() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    app.line.cut();
    for _ in 0..4 {
        assert_eq!(app.verify(&id).await["outcome"], "unavailable");
    }
    let part = app.component("payer_sandbox").await;
    assert_eq!(
        (part["status"].as_str(), part["breaker"].as_str()),
        (Some("unhealthy"), Some("OPEN"))
    );
    assert_eq!(
        app.call(Method::GET, "/health/readiness", None, None).await.status(),
        200
    );

    app.line.restore();
    app.clock.advance(chrono::Duration::seconds(31));
    assert_eq!(app.verify(&id).await["outcome"], "live");
    let logged = app
        .database
        .count("SELECT count(*) FROM eligibility.verifications")
        .await;
    assert_eq!(logged, 5);
    app.stop().await;
}
