//! Against an independent implementation of Stripe: its address is in `MC_INTEROP_STRIPE_URL`,
//! without which the test reports that it was skipped.

use crate::app::{BillingOptions, TestApp, WEBHOOK};
use crate::stripe::{WEBHOOK_SECRET, signature};
use mc_contracts::ConsentDecision;
use mc_vocabulary::Role;
use reqwest::Method;
use serde_json::{Value, json};

#[expect(clippy::disallowed_methods, reason = "the address of the peer")]
fn peer() -> Option<String> {
    std::env::var("MC_INTEROP_STRIPE_URL").ok()
}

#[actix_web::test]
async fn interop_a_charge_at_a_real_stripe_is_made_once_and_its_own_event_is_accepted() {
    let Some(peer) = peer() else {
        println!("skipped: MC_INTEROP_STRIPE_URL is not set");
        return;
    };
    let app = TestApp::start_with(BillingOptions {
        stripe_url: Some(peer.clone()),
        ..BillingOptions::default()
    })
    .await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    let http = reqwest::Client::builder().build().unwrap();
    let card = [
        ("type", "card"),
        ("card[number]", "4242424242424242"),
        ("card[exp_month]", "12"),
        ("card[exp_year]", "2034"),
        ("card[cvc]", "123"),
    ];
    let method: Value = http
        .post(format!("{peer}/v1/payment_methods"))
        .bearer_auth("sk_test_1")
        .form(&card)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let mut body = crate::app::request();
    body["payment_method"] = method["id"].clone();
    let token = app.token(Role::Doctor);
    let charge = || app.call(Method::POST, crate::app::PATH, Some(&token), Some("k1"), Some(&body));
    let answer = charge().await;
    let status = answer.status();
    let payment: Value = answer.json().await.unwrap();
    assert_eq!(status, 201, "{payment}");
    assert_eq!(charge().await.headers()["idempotent-replayed"], "true");

    let intent = payment["payment_intent_id"].as_str().unwrap();
    let events: Value = http
        .get(format!("{peer}/v1/events?limit=100"))
        .bearer_auth("sk_test_1")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let about =
        |event: &&Value| event["type"] == "payment_intent.succeeded" && event["data"]["object"]["id"] == json!(intent);
    let events: Vec<_> = events["data"].as_array().unwrap().iter().filter(about).collect();
    assert_eq!(events.len(), 1, "charged once");
    let event = events[0].to_string().into_bytes();
    let signed = signature(&event, WEBHOOK_SECRET, chrono::Utc::now().timestamp());
    assert_eq!(app.webhook(event, &signed).await, 200, "{WEBHOOK}");
    assert_eq!(app.becomes(&payment, "succeeded").await["amount"], 2500);
}
