//! Outages of Stripe: the charge is accepted, and made once when Stripe is available again.

use crate::app::{BillingOptions, TestApp};
use mc_contracts::ConsentDecision;
use mc_testkit::{ChaosProxy, eventually};
use reqwest::Method;
use serde_json::Value;

#[actix_web::test]
async fn with_stripe_down_the_charge_is_pending_and_made_once_afterwards() {
    let app = TestApp::start().await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    app.stripe.is_down();
    let (status, payment) = app.charge("k1").await;
    assert_eq!((status, payment["status"].as_str().unwrap()), (202, "pending"));
    eventually("the worker to have tried in vain", || async {
        (app.stripe.charges().len() > 1).then_some(())
    })
    .await;
    let keys: std::collections::BTreeSet<_> = app.stripe.charges().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys.len(), 1, "every attempt is one and the same charge");

    app.stripe.succeeds();
    let now = app.becomes(&payment, "processing").await;
    assert_eq!(
        now["payment_intent_id"],
        format!("pi_{}", payment["payment_id"].as_str().unwrap())
    );
    assert_eq!(app.stripe.charges().len(), 1, "one charge");
    app.webhook_for("evt_1", "payment_intent.succeeded", &payment).await;
    app.becomes(&payment, "succeeded").await;
}

#[actix_web::test]
async fn a_connection_cut_before_the_answer_does_not_charge_twice() {
    let stripe = crate::stripe::Stripe::start().await;
    let proxy = ChaosProxy::before_url(&stripe.server.uri()).await;
    let app = TestApp::start_with(BillingOptions {
        stripe_url: Some(format!("http://127.0.0.1:{}", proxy.port)),
        ..BillingOptions::default()
    })
    .await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    proxy.cut();
    let (status, payment) = app.charge("k1").await;
    assert_eq!(status, 202);
    proxy.restore();
    app.becomes(&payment, "processing").await;
    let keys: Vec<_> = stripe.charges().into_iter().map(|(key, _)| key).collect();
    assert!(keys.iter().all(|key| key == payment["payment_id"].as_str().unwrap()));
}

#[actix_web::test]
async fn the_breaker_opens_is_published_and_closes_again() {
    let app = TestApp::start().await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    app.stripe.is_down();
    for key in ["k1", "k2", "k3"] {
        assert_eq!(app.charge(key).await.0, 202);
    }
    let published = || async {
        let states: Vec<String> =
            sqlx::query_scalar("SELECT envelope -> 'data' ->> 'to' FROM billing.outbox WHERE envelope ->> 'type' = 'billing.breaker.changed.v1' ORDER BY sequence")
                .fetch_all(&app.database.owner)
                .await
                .unwrap();
        states
    };
    eventually("the opening published", || async {
        published().await.contains(&"OPEN".to_owned()).then_some(())
    })
    .await;
    let components: Vec<Value> = app
        .call(Method::GET, "/internal/components", None, None, None)
        .await
        .json()
        .await
        .unwrap();
    let stripe = components
        .iter()
        .find(|component| component["name"] == "stripe")
        .unwrap();
    assert_eq!(stripe["status"], "unhealthy");
    app.stripe.succeeds();
    eventually("the closing value", || async {
        (published().await.last().map(String::as_str) == Some("CLOSED")).then_some(())
    })
    .await;
}

#[actix_web::test]
async fn a_payment_without_a_webhook_is_queried() {
    let app = TestApp::start_with(BillingOptions {
        reconcile_after_ms: Some(200),
        ..BillingOptions::default()
    })
    .await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    let (_, payment) = app.charge("k1").await;
    app.becomes(&payment, "succeeded").await;
    assert_eq!(app.stripe.charges().len(), 1);
}

#[actix_web::test]
async fn pending_payments_are_a_metric() {
    let app = TestApp::start().await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    app.stripe.is_down();
    let (status, payment) = app.charge("k1").await;
    assert_eq!(status, 202);
    eventually("one pending payment in the metrics", || async {
        let metrics = app.call(Method::GET, "/metrics", None, None, None).await;
        let text = metrics.text().await.unwrap();
        let mut lines = text.lines().filter(|line| line.starts_with("billing_payments_pending"));
        lines.next().is_some_and(|line| line.ends_with(" 1")).then_some(())
    })
    .await;
    app.stripe.succeeds();
    app.becomes(&payment, "processing").await;
}
