//! The database cut, the broker cut, the payer dead; then recovery, with nothing lost.

use crate::{
    app::{EligibilityOptions, TestApp, VERIFY},
    payer::Behavior,
};
use mc_testkit::{ChaosProxy, TestOptions, broker, eventually, setting};
use mc_vocabulary::Role;
use reqwest::Method;

#[actix_web::test]
async fn without_its_database_it_answers_503_and_returns_no_data() {
    let proxy = ChaosProxy::before_url(&setting("MC_TEST_POSTGRES_URL")).await;
    let app = TestApp::start_with(EligibilityOptions {
        test: TestOptions {
            database_port: Some(proxy.port),
            ..TestOptions::default()
        },
        ..EligibilityOptions::default()
    })
    .await;
    let id = app.add_coverage().await;
    app.verify(&id).await;
    let received = app.payer.received().len();

    proxy.cut();
    let staff = app.token(Role::Staff);
    let path = format!("{VERIFY}?coverage_id={id}");
    let refused = app.call(Method::GET, &path, Some(&staff), None).await;
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("retry-after"));
    assert!(!refused.text().await.unwrap().contains("copay"));
    assert_eq!(
        app.payer.received().len(),
        received,
        "nothing is sent that is not stored"
    );
    eventually("503 from readiness", || async {
        let ready = app.call(Method::GET, "/health/readiness", None, None).await;
        (ready.status() == 503).then_some(())
    })
    .await;
    assert_eq!(
        app.call(Method::GET, "/health/liveness", None, None).await.status(),
        200
    );

    proxy.restore();
    eventually("a live answer after the cut", || async {
        let (status, verification) = app.request(Method::GET, &path, &staff, None).await;
        (status == 200 && verification["outcome"] == "live").then_some(())
    })
    .await;
}

#[actix_web::test]
async fn where_the_audit_record_cannot_be_committed_the_payers_answer_is_not_returned() {
    let proxy = ChaosProxy::before_url(&setting("MC_TEST_POSTGRES_URL")).await;
    let app = TestApp::start_with(EligibilityOptions {
        test: TestOptions {
            database_port: Some(proxy.port),
            ..TestOptions::default()
        },
        ..EligibilityOptions::default()
    })
    .await;
    let id = app.add_coverage().await;
    app.payer.behave(Behavior::Slow);
    let staff = app.token(Role::Staff);
    let path = format!("{VERIFY}?coverage_id={id}");
    let asking = app.call(Method::GET, &path, Some(&staff), None);
    let cutting = async {
        eventually("the inquiry at the payer", || async {
            (!app.payer.received().is_empty()).then_some(())
        })
        .await;
        proxy.cut();
    };
    let (refused, ()) = tokio::join!(asking, cutting);
    assert_eq!(refused.status(), 503);
    assert!(!refused.text().await.unwrap().contains("copay"));
    let sent = app.database.count("SELECT count(*) FROM eligibility.inquiries").await;
    assert_eq!(sent, 1, "the inquiry was stored before it was sent");
    // The relay publishes what it could not while the database was cut.
    proxy.restore();
}

#[actix_web::test]
async fn without_its_broker_it_serves_and_publishes_the_events_later() {
    let broker = broker();
    let proxy = ChaosProxy::before_url(&broker.operator_url).await;
    // A mandatory event stays in the outbox until a queue takes it.
    broker.declare("audit.log", "*.audit.recorded.v1").await;
    proxy.cut();
    let app = TestApp::start_with(EligibilityOptions {
        test: TestOptions {
            broker_port: Some(proxy.port),
            ..TestOptions::default()
        },
        broker: Some(broker.clone()),
        ..EligibilityOptions::default()
    })
    .await;
    let id = app.add_coverage().await;
    assert_eq!(app.verify(&id).await["outcome"], "live");
    assert_eq!(app.component("broker").await["status"], "unhealthy");
    proxy.restore();
    eventually("an empty outbox", || async {
        let left = app
            .database
            .count("SELECT count(*) FROM eligibility.outbox WHERE published_at IS NULL")
            .await;
        (left == 0).then_some(())
    })
    .await;
    assert_eq!(broker.ready("audit.log").await, Some(2));
}

#[actix_web::test]
async fn a_dead_payer_leaves_the_service_ready() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    app.payer_proxy.cut();
    for _ in 0..4 {
        assert_eq!(app.verify(&id).await["outcome"], "unavailable");
    }
    let component = app.component("payer_sandbox").await;
    assert_eq!(
        (component["status"].as_str(), component["breaker"].as_str()),
        (Some("unhealthy"), Some("OPEN"))
    );
    assert_eq!(
        app.call(Method::GET, "/health/readiness", None, None).await.status(),
        200
    );

    app.payer_proxy.restore();
    app.clock.advance(chrono::Duration::seconds(31));
    assert_eq!(app.verify(&id).await["outcome"], "live");
    let logged = app
        .database
        .count("SELECT count(*) FROM eligibility.verifications")
        .await;
    assert_eq!(logged, 5);
}
