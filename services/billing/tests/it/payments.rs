//! A charge, from the request to the webhook.

use crate::app::{PATH, TestApp, request};
use mc_contracts::ConsentDecision;
use mc_vocabulary::Role;
use reqwest::Method;
use serde_json::{Value, json};

#[actix_web::test]
async fn a_copay_is_charged_and_the_webhook_makes_it_succeed() {
    let app = TestApp::start().await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    let (status, payment) = app.charge("k1").await;
    assert_eq!(status, 201, "{payment}");
    assert_eq!(
        (&payment["status"], &payment["amount"]),
        (&json!("processing"), &json!(2500))
    );
    assert_eq!(
        app.webhook_for("evt_1", "payment_intent.succeeded", &payment).await,
        200
    );
    assert_eq!(app.payment(&payment).await["status"], "succeeded");

    let created = &app.audited("billing.payment_intent.created").await[0];
    assert_eq!(
        created["details"]["compliance_flags"],
        json!({ "pci_compliant": false, "secure_transport": false }),
        "the test's Stripe is called over plain HTTP"
    );
    assert_eq!(created["details"]["amount"], 2500);
    let processed = &app.audited("billing.payment.processed").await[0];
    assert_eq!(processed["details"]["patient_consent_verified"], true);
    let read = &app.audited("billing.payment.read").await[0];
    assert_eq!(
        read["entity"]["id"], payment["payment_id"],
        "a reading is on record too"
    );
}

#[actix_web::test]
async fn only_amount_currency_and_an_opaque_id_leave() {
    let app = TestApp::start().await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    let (_, payment) = app.charge("k1").await;
    let charges = app.stripe.charges();
    let (key, body) = &charges[0];
    assert_eq!(key, payment["payment_id"].as_str().unwrap());
    let mut fields: Vec<_> = body
        .split('&')
        .map(|pair| pair.split('=').next().unwrap().to_owned())
        .collect();
    fields.sort();
    let expected = [
        "amount",
        "automatic_payment_methods%5Ballow_redirects%5D",
        "automatic_payment_methods%5Benabled%5D",
        "confirm",
        "currency",
        "metadata%5Bpayment_id%5D",
        "payment_method",
    ];
    assert_eq!(fields, expected);
    for private in ["dr_smith", "telemedicine", "enc-1", "pat-1"] {
        assert!(!body.contains(private), "{private} left for Stripe");
    }
    let open = app
        .database
        .count(
            "SELECT count(*) FROM billing.payments WHERE position('dr_smith' IN encode(context_sealed, 'escape')) > 0",
        )
        .await;
    assert_eq!(open, 0);
}

#[actix_web::test]
async fn a_repeat_is_answered_from_the_store_and_another_body_is_refused() {
    let app = TestApp::start().await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    let (_, first) = app.charge("k2").await;
    // Another doctor's key is another key.
    let token = app.token(Role::Doctor);
    let one = app
        .call(Method::POST, PATH, Some(&token), Some("k2"), Some(&request()))
        .await;
    let one: Value = one.json().await.unwrap();
    let two = app
        .call(Method::POST, PATH, Some(&token), Some("k2"), Some(&request()))
        .await;
    assert_eq!(two.headers()["idempotent-replayed"], "true");
    assert_eq!(two.json::<Value>().await.unwrap(), one);
    let mut other = request();
    other["amount"] = json!(2600);
    let refused = app
        .call(Method::POST, PATH, Some(&token), Some("k2"), Some(&other))
        .await;
    assert_eq!(refused.status(), 422);
    assert_ne!(first["payment_id"], one["payment_id"]);
}

#[actix_web::test]
async fn a_repeat_after_its_response_was_deleted_charges_nothing_again() {
    let app = TestApp::start().await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    let token = app.token(Role::Doctor);
    let charge = |amount: i64| {
        let (app, token) = (&app, &token);
        async move {
            let expire = "UPDATE billing.idempotency_keys SET expires_at = now() - interval '1 second'";
            sqlx::query(expire).execute(&app.database.owner).await.unwrap();
            let mut body = request();
            body["amount"] = json!(amount);
            let response = app.call(Method::POST, PATH, Some(token), Some("k3"), Some(&body)).await;
            (response.status().as_u16(), response.json::<Value>().await.unwrap())
        }
    };
    let (_, first) = charge(2500).await;
    app.webhook_for("evt_1", "payment_intent.succeeded", &first).await;
    let (status, again) = charge(2500).await;
    assert_eq!((status, &again["payment_id"]), (201, &first["payment_id"]));
    assert_eq!(again["status"], "succeeded");
    let (status, problem) = charge(2600).await;
    assert_eq!(
        (status, problem["type"].as_str().unwrap()),
        (422, "urn:medconnect:problem:idempotency-key-reused")
    );
    assert_eq!(app.stripe.charges().len(), 1);
    assert_eq!(app.audited("billing.payment_intent.created").await.len(), 1);
}

#[actix_web::test]
async fn without_consent_nothing_is_charged() {
    let app = TestApp::start().await;
    let (status, problem) = app.charge("k1").await;
    assert_eq!(
        (status, problem["type"].as_str().unwrap()),
        (403, "urn:medconnect:problem:consent-required")
    );
    app.consents("enc-1", ConsentDecision::Permit).await;
    app.consents("enc-1", ConsentDecision::Deny).await;
    assert_eq!(app.charge("k2").await.0, 403, "a consent that was withdrawn");
    assert!(app.stripe.charges().is_empty());
    assert_eq!(app.database.count("SELECT count(*) FROM billing.payments").await, 0);
    assert_eq!(
        app.audited("billing.payment_intent.created").await[0]["outcome"],
        "denied"
    );
}

#[actix_web::test]
async fn a_declined_card_is_reported_also_to_a_repeat() {
    let app = TestApp::start().await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    app.stripe.declines();
    let caller = app.token(Role::Doctor);
    let declined = app
        .call(Method::POST, PATH, Some(&caller), Some("k1"), Some(&request()))
        .await;
    assert_eq!(declined.status(), 402);
    assert_eq!(declined.headers()["content-type"], "application/problem+json");
    assert!(declined.text().await.unwrap().contains("insufficient_funds"));
    let again = app
        .call(Method::POST, PATH, Some(&caller), Some("k1"), Some(&request()))
        .await;
    assert_eq!(
        (
            again.status().as_u16(),
            again.headers()["idempotent-replayed"].to_str().unwrap()
        ),
        (402, "true")
    );
    assert_eq!(app.stripe.charges().len(), 1);
}

#[actix_web::test]
async fn a_bad_field_is_named_and_stores_nothing() {
    let app = TestApp::start().await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    for (field, value) in [
        ("amount", json!(0)),
        ("currency", json!("zzz")),
        ("patient_encounter_id", json!("../x")),
        ("diagnosis", json!("x")),
    ] {
        let mut body = request();
        body[field] = value;
        let refused = app
            .call(
                Method::POST,
                PATH,
                Some(&app.token(Role::Doctor)),
                Some("k1"),
                Some(&body),
            )
            .await;
        assert_eq!(refused.status(), 422, "{field}");
        assert!(refused.text().await.unwrap().contains(field), "{field} is named");
    }
    let mut body = request();
    body["amount"] = json!(25.5);
    body["patient_encounter_id"] = json!(7);
    let doctor = app.token(Role::Doctor);
    let refused = app
        .call(Method::POST, PATH, Some(&doctor), Some("k1"), Some(&body))
        .await;
    let problem: Value = refused.json().await.unwrap();
    let errors = json!([
        { "place": "/amount", "detail": "expected a whole number of minor units" },
        { "place": "/patient_encounter_id", "detail": "expected a string" },
    ]);
    assert_eq!(problem["errors"], errors, "every wrong field, in words of the API");
    assert_eq!(app.database.count("SELECT count(*) FROM billing.payments").await, 0);
}
