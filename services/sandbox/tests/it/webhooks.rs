use crate::app::TestApp;
use aws_lc_rs::hmac;
use mc_testkit::eventually;
use serde_json::Value;
use wiremock::{Mock, Request, ResponseTemplate, matchers::method};

const VISIT: &[(&str, &str)] = &[
    ("amount", "2500"),
    ("currency", "usd"),
    ("confirm", "true"),
    ("payment_method", "pm_card_visa"),
];

async fn pay(app: &TestApp) {
    assert_eq!(
        app.stripe_post("/payment_intents", VISIT, None)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}

async fn received(app: &TestApp, count: usize) -> Vec<Request> {
    eventually("webhooks", || async {
        app.receiver
            .received_requests()
            .await
            .filter(|requests| requests.len() >= count)
    })
    .await
}

fn kinds(requests: &[Request]) -> Vec<String> {
    let kind = |request: &Request| {
        request.body_json::<Value>().unwrap()["type"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    requests.iter().map(kind).collect()
}

async fn waiting(app: &TestApp) -> i64 {
    app.database
        .count("SELECT count(*) FROM sandbox.webhook_deliveries WHERE delivered_at IS NULL")
        .await
}

#[actix_web::test]
async fn a_webhook_is_signed_over_its_raw_body() {
    let app = TestApp::start().await;
    pay(&app).await;
    let requests = received(&app, 2).await;
    assert_eq!(kinds(&requests), ["payment_intent.created", "payment_intent.succeeded"]);
    let secret = app.secret("billing/stripe/webhook_secret");
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    for request in &requests {
        let header = request.headers["stripe-signature"].to_str().unwrap();
        let (time, signature) = header.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
        let signed = [time.as_bytes(), b".", &request.body].concat();
        hmac::verify(&key, &signed, &hex::decode(signature).unwrap()).unwrap();
    }
    let listed: Value = app
        .stripe_get("/events?limit=10")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(listed["data"][0]["id"], requests[1].body_json::<Value>().unwrap()["id"]);
}

#[actix_web::test]
async fn a_webhook_is_repeated_until_it_is_accepted_and_survives_a_restart() {
    let mut app = TestApp::start().await;
    app.receiver.reset().await;
    let refusing = Mock::given(method("POST")).respond_with(ResponseTemplate::new(503));
    refusing.mount(&app.receiver).await;
    pay(&app).await;
    received(&app, 3).await;
    app.restart().await;
    app.receiver.reset().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&app.receiver)
        .await;
    // Deliveries that the stopped process had claimed are due again after their lease.
    sqlx::query("UPDATE sandbox.webhook_deliveries SET next_attempt_at = now()")
        .execute(&app.database.owner)
        .await
        .unwrap();
    eventually("all delivered", || async { (waiting(&app).await == 0).then_some(()) }).await;
    assert_eq!(kinds(&app.receiver.received_requests().await.unwrap()).len(), 2);
}

#[actix_web::test]
async fn webhooks_are_doubled_or_reordered_by_a_fault() {
    let app = TestApp::start().await;
    app.fault("stripe", "webhooks_doubled", None).await;
    pay(&app).await;
    let twice = kinds(&received(&app, 4).await);
    assert_eq!(twice[0], twice[1]);
    app.no_faults().await;
    app.receiver.reset().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&app.receiver)
        .await;
    app.fault("stripe", "webhooks_reordered", Some(1)).await;
    pay(&app).await;
    assert_eq!(
        kinds(&received(&app, 2).await),
        ["payment_intent.succeeded", "payment_intent.created"]
    );
}

#[actix_web::test]
async fn webhooks_are_held_until_the_fault_is_gone() {
    let app = TestApp::start().await;
    app.fault("stripe", "webhooks_held", None).await;
    pay(&app).await;
    eventually("held", || async { (waiting(&app).await == 2).then_some(()) }).await;
    assert!(app.receiver.received_requests().await.unwrap().is_empty());
    app.no_faults().await;
    received(&app, 2).await;
}
