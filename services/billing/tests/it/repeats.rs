//! An `Idempotency-Key` that comes again after its response was deleted: the payment answers, and
//! the processor is not called.

use crate::app::{BillingOptions, PATH, TestApp, request};
use mc_contracts::ConsentDecision;
use mc_testkit::{ChaosProxy, eventually};
use mc_vocabulary::Role;
use reqwest::Method;
use serde_json::{Value, json};

async fn charge(app: &TestApp, token: &str, body: &Value) -> (u16, Value) {
    let response = app.call(Method::POST, PATH, Some(token), Some("k1"), Some(body)).await;
    (response.status().as_u16(), response.json().await.unwrap())
}

#[actix_web::test]
async fn a_key_that_comes_again_after_both_sides_forgot_it_charges_nothing_again() {
    let (app, _) = TestApp::start_with_clock().await;
    let token = app.token(Role::Doctor);
    for (answers, status) in [("lost", 202), ("received", 201)] {
        if answers == "lost" {
            app.stripe.loses_answers("succeeded");
        } else {
            app.consents("enc-2", ConsentDecision::Permit).await;
        }
        let mut body = request();
        if answers == "received" {
            body["patient_encounter_id"] = json!("enc-2");
        }
        let key = answers;
        let charge = || async {
            let response = app.call(Method::POST, PATH, Some(&token), Some(key), Some(&body)).await;
            (response.status().as_u16(), response.json::<Value>().await.unwrap())
        };
        let before = app.stripe.intents().len();
        let (first_status, first) = charge().await;
        assert_eq!(first_status, status, "{answers}");
        assert_eq!(app.stripe.intents().len(), before + 1, "{answers}");
        app.stripe.forgets_keys();
        app.stripe.succeeds();
        app.expire_keys().await;
        let (again_status, again) = charge().await;
        assert_eq!((again_status, &again["payment_id"]), (status, &first["payment_id"]));
        assert_eq!(app.stripe.intents().len(), before + 1, "{answers}: no second charge");
        assert!(app.stripe.charges().is_empty(), "{answers}: no charge is requested");
    }
    assert_eq!(app.audited("billing.payment_intent.created").await.len(), 2);
}

#[actix_web::test]
async fn another_body_under_a_key_that_expired_is_refused_and_charges_nothing() {
    let (app, _) = TestApp::start_with_clock().await;
    let token = app.token(Role::Doctor);
    app.stripe.loses_answers("succeeded");
    let (_, first) = charge(&app, &token, &request()).await;
    app.stripe.forgets_keys();
    app.stripe.succeeds();
    // The same visit and amount, and yet another request.
    let mut other = request();
    other["payment_method"] = json!("pm_card_mastercard");
    app.expire_keys().await;
    let (status, problem) = charge(&app, &token, &other).await;
    assert_eq!(
        (status, problem["type"].as_str().unwrap()),
        (422, "urn:medconnect:problem:idempotency-key-reused")
    );
    assert_eq!(app.stripe.intents().len(), 1);
    let (status, again) = charge(&app, &token, &request()).await;
    assert_eq!(
        (status, &again["payment_id"]),
        (202, &first["payment_id"]),
        "a refused request leaves the payment as it was"
    );
    assert!(app.stripe.charges().is_empty());
}

#[actix_web::test]
async fn a_payment_from_before_digests_is_compared_by_visit_and_amount() {
    let (app, _) = TestApp::start_with_clock().await;
    let token = app.token(Role::Doctor);
    let (_, first) = charge(&app, &token, &request()).await;
    sqlx::query("UPDATE billing.payments SET request_digest = NULL")
        .execute(&app.database.owner)
        .await
        .unwrap();
    let mut same = request();
    same["metadata"] = json!({});
    let mut other = request();
    other["amount"] = json!(2600);
    app.stripe.succeeds();
    app.expire_keys().await;
    assert_eq!(charge(&app, &token, &other).await.0, 422);
    let (status, again) = charge(&app, &token, &same).await;
    assert_eq!((status, &again["payment_id"]), (201, &first["payment_id"]));
    assert!(app.stripe.charges().is_empty());
}

#[actix_web::test]
async fn a_slow_request_cannot_replace_the_response_of_the_one_that_took_over() {
    let stripe = crate::stripe::Stripe::start().await;
    let proxy = ChaosProxy::before_url(&stripe.server.uri()).await;
    let app = TestApp::start_with(BillingOptions {
        stripe_url: Some(format!("http://127.0.0.1:{}", proxy.port)),
        ..BillingOptions::default()
    })
    .await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    let (token, body) = (app.token(Role::Doctor), request());
    proxy.stall();
    let second = async {
        eventually("the slow request to have stored its payment", || async {
            (app.database.count("SELECT count(*) FROM billing.payments").await == 1).then_some(())
        })
        .await;
        // Its lease has ended, as after a minute.
        sqlx::query("UPDATE billing.idempotency_keys SET locked_until = now() - interval '1 second'")
            .execute(&app.database.owner)
            .await
            .unwrap();
        let second = charge(&app, &token, &body).await;
        proxy.restore();
        second
    };
    let slow = charge(&app, &token, &body);
    let ((slow_status, problem), (status, payment)) = futures_util::future::join(slow, second).await;
    assert_eq!((status, payment["status"].as_str().unwrap()), (202, "pending"));
    assert_eq!(
        (slow_status, problem["type"].as_str().unwrap()),
        (409, "urn:medconnect:problem:idempotency-in-progress")
    );
    let again = app
        .call(Method::POST, PATH, Some(&token), Some("k1"), Some(&body))
        .await;
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.json::<Value>().await.unwrap(), payment);
    // What the slow request could not store, the worker does, under the same key.
    sqlx::query("UPDATE billing.payments SET next_attempt_at = now()")
        .execute(&app.database.owner)
        .await
        .unwrap();
    app.becomes(&payment, "processing").await;
    assert_eq!(stripe.intents().len(), 1, "one charge");
}
