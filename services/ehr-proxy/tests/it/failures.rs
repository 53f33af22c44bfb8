//! The database cut, the broker cut, the EHR unavailable; then recovery.

use crate::{
    app::{EhrOptions, TestApp, send},
    ehr::{Ehr, PATIENT, SECRET_WORDS, encounter},
};
use mc_ehr_proxy::startup::SERVICE;
use mc_keyring::ExposeSecret;
use mc_testkit::{ChaosProxy, Database, TestOptions, broker, eventually, redis_url, setting};
use mc_vocabulary::Role;
use reqwest::{Method, Url};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use wiremock::ResponseTemplate;

async fn behind_a_proxy() -> (TestApp, ChaosProxy) {
    let database = Database::fresh(SERVICE.schema, SERVICE.migrations).await;
    let proxy = ChaosProxy::before_url(&setting("MC_TEST_POSTGRES_URL")).await;
    let options = EhrOptions {
        test: TestOptions {
            database_port: Some(proxy.port),
            ..TestOptions::default()
        },
        ..EhrOptions::default()
    };
    (TestApp::start_on(database, broker(), options).await, proxy)
}

#[actix_web::test]
async fn a_read_whose_record_cannot_be_committed_returns_503_and_no_data() {
    let (app, proxy) = behind_a_proxy().await;
    let ehr = Ehr::start().await;
    app.connect(&ehr.base()).await;
    app.consent(PATIENT, "permit", json!({})).await;
    let doctor = app.caller(Role::Doctor);
    assert_eq!(send(app.summary(&doctor)).await.status, 200);
    // The EHR has responded when the database is cut.
    let slow = ResponseTemplate::new(200)
        .set_body_json(crate::ehr::patient())
        .set_delay(Duration::from_millis(600));
    ehr.first(1, "GET", "/Patient/", slow).await;
    let cut = async {
        eventually("the read of the patient", || async {
            (ehr.seen("GET", &format!("/Patient/{PATIENT}")).await == 2).then_some(())
        })
        .await;
        proxy.cut();
    };
    let (got, ()) = tokio::join!(send(app.summary(&doctor)), cut);
    assert_eq!(
        (got.status, got.problem().as_str()),
        (503, "service-unavailable"),
        "{}",
        got.text
    );
    assert!(got.headers.contains_key("retry-after"));
    assert!(SECRET_WORDS.iter().all(|word| !got.text.contains(word)), "{}", got.text);
    eventually("503 from readiness", || async {
        let ready = app.bare(Method::GET, "/health/readiness").send().await.unwrap();
        (ready.status() == 503).then_some(())
    })
    .await;
    assert_eq!(
        app.bare(Method::GET, "/health/liveness").send().await.unwrap().status(),
        200
    );

    proxy.restore();
    eventually("a summary after the cut", || async {
        (send(app.summary(&doctor)).await.status == 200).then_some(())
    })
    .await;
    let read = app
        .records()
        .await
        .iter()
        .filter(|record| record["outcome"] == "success")
        .count();
    assert_eq!(read, 2, "one record per response");
}

#[actix_web::test]
async fn a_change_whose_outcome_cannot_be_recorded_is_reported_and_its_attempt_is_kept() {
    let (app, proxy) = behind_a_proxy().await;
    let ehr = Ehr::start().await;
    app.connect(&ehr.base()).await;
    app.consent(PATIENT, "permit", json!({})).await;
    let slow = ResponseTemplate::new(200)
        .set_body_json(encounter("4", json!({})))
        .set_delay(Duration::from_millis(600));
    ehr.put("3", slow).await;
    let cut = async {
        eventually("the change", || async {
            (ehr.seen("PUT", "/Encounter/enc-2001").await == 1).then_some(())
        })
        .await;
        proxy.cut();
    };
    let doctor = app.caller(Role::Doctor);
    let (got, ()) = tokio::join!(send(app.document(&doctor)), cut);
    assert_eq!(got.status, 503, "{}", got.text);
    assert!(got.text.contains("The change was made in the EHR"), "{}", got.text);
    let actions: Vec<Value> = app
        .records()
        .await
        .into_iter()
        .map(|record| record["action"].clone())
        .collect();
    assert_eq!(actions, ["ehr.encounter.update_attempt"]);
    proxy.restore();
}

#[actix_web::test]
async fn without_the_broker_requests_succeed_and_records_are_published_later() {
    let database = Database::fresh(SERVICE.schema, SERVICE.migrations).await;
    let broker = broker();
    let proxy = ChaosProxy::before_url(&broker.operator_url).await;
    broker.declare("audit.log", "*.audit.recorded.v1").await;
    broker
        .declare("billing.consents", "ehr-proxy.consent.recorded.v1")
        .await;
    proxy.cut();
    let options = EhrOptions {
        test: TestOptions {
            broker_port: Some(proxy.port),
            ..TestOptions::default()
        },
        ..EhrOptions::default()
    };
    let app = TestApp::start_on(database, broker.clone(), options).await;
    let ehr = Ehr::start().await;
    app.connect(&ehr.base()).await;
    app.consent(PATIENT, "permit", json!({})).await;
    assert_eq!(send(app.summary(&app.caller(Role::Doctor))).await.status, 200);
    let waiting = "SELECT count(*) FROM ehr_proxy.outbox WHERE published_at IS NULL";
    // Three audit records, a consent, and the state of the EHR's breaker.
    assert_eq!(app.database.count(waiting).await, 5);
    proxy.restore();
    eventually("every event published", || async {
        (app.database.count(waiting).await == 0).then_some(())
    })
    .await;
    assert_eq!(
        (broker.ready("audit.log").await, broker.ready("billing.consents").await),
        (Some(3), Some(1))
    );
}

#[actix_web::test]
async fn an_unavailable_ehr_opens_its_breaker_and_the_changes_are_published() {
    let database = Database::fresh(SERVICE.schema, SERVICE.migrations).await;
    let app = TestApp::start_on(
        database,
        broker(),
        EhrOptions {
            open_ms: Some(1_500),
            ..EhrOptions::default()
        },
    )
    .await;
    let ehr = Ehr::start().await;
    let proxy = ChaosProxy::before_url(&ehr.server.uri()).await;
    let mut base = ehr.base();
    base.set_port(Some(proxy.port)).unwrap();
    app.connect_with(&base, &ehr.server.uri()).await;
    app.consent(PATIENT, "permit", json!({})).await;
    let doctor = app.caller(Role::Doctor);
    proxy.cut();
    for _ in 0..4 {
        let got = send(app.summary(&doctor)).await;
        assert_eq!(
            (got.status, got.problem().as_str()),
            (503, "service-unavailable"),
            "{}",
            got.text
        );
        assert!(got.headers.contains_key("retry-after"));
    }
    let seen = component(&app).await;
    assert_eq!(
        (seen["status"].as_str(), seen["breaker"].as_str()),
        (Some("unhealthy"), Some("OPEN"))
    );
    let ready: Value = app
        .bare(Method::GET, "/health/readiness")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        ready["status"], "healthy",
        "an external EHR does not make the service unready"
    );

    proxy.restore();
    eventually("a summary after the outage", || async {
        (send(app.summary(&doctor)).await.status == 200).then_some(())
    })
    .await;
    let sql = "SELECT envelope FROM ehr_proxy.outbox WHERE envelope ->> 'type' = 'ehr-proxy.breaker.changed.v1' ORDER BY sequence";
    let changes = eventually("every change published", || async {
        let changes: Vec<Value> = sqlx::query_scalar(sql).fetch_all(&app.database.owner).await.unwrap();
        changes
            .last()
            .is_some_and(|change| change["data"]["reason"] == "probe_succeeded")
            .then_some(changes)
    })
    .await;
    let states: Vec<_> = changes
        .iter()
        .map(|change| change["data"]["to"].as_str().unwrap())
        .collect();
    assert_eq!(states[..2], ["CLOSED", "OPEN"], "the state at start, then the change");
    assert_eq!(changes[0]["data"]["upstream"], "ehr");
    assert_eq!(changes[0]["organization_id"], app.organization_id.to_string());
    eventually("a successful probe", || async {
        (component(&app).await["status"] == "healthy").then_some(())
    })
    .await;
}

#[actix_web::test]
async fn a_frozen_cache_delays_a_request_by_its_time_limits_and_no_more() {
    let url = redis_url();
    let proxy = ChaosProxy::before_url(url.expose_secret()).await;
    let mut through = Url::parse(url.expose_secret()).unwrap();
    through.set_port(Some(proxy.port)).unwrap();
    let app = TestApp::start_with(EhrOptions {
        redis_url: Some(through.to_string()),
        ..EhrOptions::default()
    })
    .await;
    let ehr = Ehr::start().await;
    app.connect(&ehr.base()).await;
    app.consent(PATIENT, "permit", json!({})).await;
    let doctor = app.caller(Role::Doctor);
    assert_eq!(send(app.summary(&doctor)).await.status, 200);

    proxy.freeze();
    for _ in 0..3 {
        let started = Instant::now();
        assert_eq!(send(app.summary(&doctor)).await.status, 200);
        assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
        let started = Instant::now();
        let ready = app.bare(Method::GET, "/health/readiness").send().await.unwrap();
        assert_eq!(ready.status(), 200);
        assert!(
            started.elapsed() < Duration::from_millis(400),
            "{:?}",
            started.elapsed()
        );
    }
    assert_eq!(component_named(&app, "cache").await["status"], "unhealthy");

    proxy.restore();
    eventually("the cache after the freeze", || async {
        (component_named(&app, "cache").await["status"] == "healthy").then_some(())
    })
    .await;
    assert_eq!(send(app.summary(&doctor)).await.status, 200);
}

async fn component(app: &TestApp) -> Value {
    component_named(app, "ehr").await
}

async fn component_named(app: &TestApp, name: &str) -> Value {
    let components: Vec<Value> = app
        .bare(Method::GET, "/internal/components")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    components
        .into_iter()
        .find(|component| component["name"] == name)
        .unwrap()
}
