use crate::app::TestApp;
use mc_testkit::eventually;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const VISIT: &[(&str, &str)] = &[
    ("amount", "2500"),
    ("currency", "usd"),
    ("confirm", "true"),
    ("payment_method", "pm_card_visa"),
];

#[actix_web::test]
async fn a_target_that_is_down_closes_the_connection_without_a_byte() {
    let mut app = TestApp::start().await;
    app.fault("stripe", "down", None).await;
    app.restart().await;
    for _ in 0..3 {
        let error = app
            .stripe_post("/payment_intents", VISIT, Some("k1"))
            .send()
            .await
            .unwrap_err();
        assert!(error.is_request() && !error.is_timeout(), "{error:?}");
    }
    assert!(app.charges().await.is_empty(), "nothing was done");
    assert_eq!(
        app.get("/ehr/fhir/r4/metadata").send().await.unwrap().status(),
        200,
        "the others are up"
    );
    app.no_faults().await;
    assert_eq!(
        app.stripe_post("/payment_intents", VISIT, Some("k1"))
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}

#[actix_web::test]
async fn a_lost_response_leaves_the_charge_made() {
    let app = TestApp::start().await;
    app.fault("stripe", "answer_lost", Some(1)).await;
    assert!(
        app.stripe_post("/payment_intents", VISIT, Some("k1"))
            .send()
            .await
            .unwrap_err()
            .is_request()
    );
    assert_eq!(app.charges().await.len(), 1);
    let again = app
        .stripe_post("/payment_intents", VISIT, Some("k1"))
        .send()
        .await
        .unwrap();
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(app.charges().await.len(), 1);
}

#[actix_web::test]
async fn each_target_refuses_in_its_own_format() {
    let app = TestApp::start().await;
    app.fault("stripe", "rate_limited", Some(1)).await;
    let answer = app.stripe_get("/balance").send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (429, &"1".parse().unwrap())
    );
    assert_eq!(answer.json::<Value>().await.unwrap()["error"]["code"], "rate_limit");
    assert_eq!(
        app.stripe_get("/balance").send().await.unwrap().status(),
        200,
        "the fault was on for one request"
    );

    app.fault("ehr", "error", Some(1)).await;
    let answer = app.get("/ehr/fhir/r4/metadata").send().await.unwrap();
    assert_eq!(answer.status(), 500);
    assert_eq!(
        answer.json::<Value>().await.unwrap()["resourceType"],
        "OperationOutcome"
    );

    app.fault("ehr", "unreadable_response", Some(1)).await;
    let answer = app.get("/ehr/fhir/r4/metadata").send().await.unwrap();
    assert!(answer.status() == 200 && answer.text().await.unwrap().starts_with("<html>"));
}

#[actix_web::test]
async fn unauthorized_once_costs_a_token() {
    let app = TestApp::start().await;
    let token = app.token("northside", "system/Patient.rs").await;
    app.fault("ehr", "unauthorized_once", None).await;
    assert_eq!(app.get("/ehr/fhir/r4/metadata").send().await.unwrap().status(), 200);
    assert_eq!(app.fhir(&token, "Patient/pat-1001").send().await.unwrap().status(), 401);
    assert_eq!(
        app.fhir(&token, "Patient/pat-1001").send().await.unwrap().status(),
        401,
        "it stays revoked"
    );
    let next = app.token("northside", "system/Patient.rs").await;
    assert_eq!(app.fhir(&next, "Patient/pat-1001").send().await.unwrap().status(), 200);
}

#[actix_web::test]
async fn slow_and_stall_delay_the_response() {
    let app = TestApp::start().await;
    app.fault("stripe", "slow", Some(1)).await;
    let started = Instant::now();
    assert_eq!(app.stripe_get("/balance").send().await.unwrap().status(), 200);
    assert!(started.elapsed() >= Duration::from_millis(300));
    app.fault("stripe", "stall", Some(1)).await;
    let started = Instant::now();
    assert!(app.stripe_get("/balance").send().await.unwrap_err().is_request());
    assert!(started.elapsed() >= Duration::from_millis(1400));
}

#[actix_web::test]
async fn a_stop_closes_held_connections() {
    let mut app = TestApp::start().await;
    app.fault("stripe", "stall", Some(1)).await;
    let started = Instant::now();
    let held = actix_web::rt::spawn(app.stripe_get("/balance").send());
    let on = "SELECT count(*) FROM sandbox.faults";
    eventually("the request is held", || async {
        (app.database.count(on).await == 0).then_some(())
    })
    .await;
    app.stop();
    let error = held.await.unwrap().unwrap_err();
    assert!(
        error.is_request() && started.elapsed() < Duration::from_millis(1400),
        "{error:?}"
    );
}

#[actix_web::test]
async fn the_control_routes_name_the_wrong_field() {
    let app = TestApp::start().await;
    let put = async |body: Value| {
        let answer = app
            .http
            .put(format!("{}/_admin/faults", app.base))
            .json(&body)
            .send()
            .await
            .unwrap();
        answer.status().as_u16()
    };
    assert_eq!(
        put(json!({ "target": "stripe", "fault": "explode", "times": 1 })).await,
        422
    );
    assert_eq!(
        put(json!({ "target": "ehr", "fault": "webhooks_held", "times": null })).await,
        422
    );
    assert_eq!(put(json!({ "target": "ehr", "fault": "down", "times": 0 })).await, 422);
    app.fault("ehr", "slow", Some(7)).await;
    app.fault("payer", "down", None).await;
    let url = format!("{}/_admin/faults", app.base);
    let left = app
        .http
        .delete(&url)
        .json(&json!({ "target": "payer" }))
        .send()
        .await
        .unwrap();
    let expected = json!({ "faults": [{ "target": "ehr", "fault": "slow", "times": 7 }] });
    assert_eq!(left.json::<Value>().await.unwrap(), expected);
    let left = app
        .http
        .delete(format!("{url}?target=ehr&fault=slow"))
        .send()
        .await
        .unwrap();
    assert_eq!(left.json::<Value>().await.unwrap(), json!({ "faults": [] }));
}
