//! The audit records that each route adds to the outbox, and no others.

use crate::{
    app::{BillingOptions, PATH, TestApp, request},
    stripe::{Stripe, WEBHOOK_SECRET, event, signature},
};
use mc_contracts::ConsentDecision;
use mc_testkit::{AuditTrail, ChaosProxy, eventually};
use mc_vocabulary::{EventId, Role};
use reqwest::{Method, Response};
use serde_json::{Value, json};

struct Walk {
    app: TestApp,
    record: AuditTrail,
}

impl Walk {
    /// With consent to be charged for visit `enc-1`.
    async fn start_with(options: BillingOptions) -> Self {
        let app = TestApp::start_with(options).await;
        app.consents("enc-1", ConsentDecision::Permit).await;
        let record = AuditTrail::from_now(&app.database, "billing").await;
        Self { app, record }
    }

    /// Calls `route`, below `/api/v1/integrations/stripe` unless it is written in full, as `role`,
    /// expects `status` and that exactly `adds` is recorded.
    async fn step(&self, route: &str, role: Role, value: &Value, status: u16, adds: &[&str]) -> Value {
        let answer = self.call(route, role, value).await;
        assert_eq!(answer.status(), status, "{route}");
        assert_eq!(self.record.added().await, adds, "{route} answered {status}");
        answer.json().await.unwrap_or_default()
    }

    /// `value` is the body of a POST; for other methods it contains the id in the path.
    async fn call(&self, route: &str, role: Role, value: &Value) -> Response {
        let (method, path) = route.split_once(' ').unwrap();
        let id = value["payment_id"].as_str().unwrap_or_default();
        let below = if path.starts_with("/api/") {
            ""
        } else {
            "/api/v1/integrations/stripe"
        };
        let path = format!("{below}{path}").replace("{payment_id}", id);
        let (token, key) = (self.app.token(role), EventId::new().to_string());
        let body = (method == "POST").then_some(value);
        self.app
            .call(method.parse().unwrap(), &path, Some(&token), Some(&key), body)
            .await
    }

    /// As [`Walk::step`], for an event that Stripe signs.
    async fn stripe_sends(&self, route: &str, body: &[u8], secret: &str, status: u16, adds: &[&str]) {
        assert_eq!(route, "POST /webhook");
        let signature = signature(body, secret, chrono::Utc::now().timestamp());
        assert_eq!(self.app.webhook(body.to_vec(), &signature).await, status);
        assert_eq!(self.record.added().await, adds, "{route} answered {status}");
    }
}

#[actix_web::test]
async fn a_charge_its_outcome_and_its_read_are_each_recorded_once() {
    let walk = Walk::start_with(BillingOptions::default()).await;
    let (doctor, billing) = (Role::Doctor, Role::Billing);
    let payment = walk
        .step(
            "POST /payment-intent",
            doctor,
            &request(),
            201,
            &["billing.payment_intent.created", "billing.payment.processed"],
        )
        .await;
    let succeeded = event(
        "evt_1",
        "payment_intent.succeeded",
        payment["payment_id"].as_str().unwrap(),
    );
    walk.stripe_sends("POST /webhook", &succeeded, "whsec_guess", 400, &[])
        .await;
    walk.stripe_sends(
        "POST /webhook",
        &succeeded,
        WEBHOOK_SECRET,
        200,
        &["billing.payment.processed"],
    )
    .await;
    walk.stripe_sends("POST /webhook", &succeeded, WEBHOOK_SECRET, 200, &[])
        .await;
    walk.step(
        "GET /payment-intent/{payment_id}",
        billing,
        &payment,
        200,
        &["billing.payment.read"],
    )
    .await;
    walk.step(
        "GET /payment-intent/{payment_id}",
        Role::Nurse,
        &payment,
        403,
        &["billing.payment.read denied"],
    )
    .await;
}

#[actix_web::test]
async fn a_refused_or_declined_charge_is_recorded_as_such() {
    let walk = Walk::start_with(BillingOptions::default()).await;
    let refused = &["billing.payment_intent.created denied"];
    walk.step("POST /payment-intent", Role::Nurse, &request(), 403, refused)
        .await;
    let mut unconsented = request();
    unconsented["patient_encounter_id"] = json!("enc-2");
    walk.step("POST /payment-intent", Role::Doctor, &unconsented, 403, refused)
        .await;
    walk.app.stripe.declines();
    walk.step(
        "POST /payment-intent",
        Role::Doctor,
        &request(),
        402,
        &["billing.payment_intent.created", "billing.payment.processed failure"],
    )
    .await;
}

#[actix_web::test]
async fn a_charge_that_waits_for_stripe_is_recorded_at_once_and_again_when_it_is_made() {
    let walk = Walk::start_with(BillingOptions::default()).await;
    walk.app.stripe.is_down();
    walk.step(
        "POST /payment-intent",
        Role::Doctor,
        &request(),
        202,
        &["billing.payment_intent.created"],
    )
    .await;
    walk.app.stripe.succeeds();
    walk.record.wait_for(&["billing.payment.processed"]).await;
}

#[actix_web::test]
async fn the_outcome_of_a_charge_without_a_webhook_is_recorded() {
    let walk = Walk::start_with(BillingOptions {
        reconcile_after_ms: Some(200),
        ..BillingOptions::default()
    })
    .await;
    let answer = walk.call("POST /payment-intent", Role::Doctor, &request()).await;
    assert_eq!(answer.status(), 201);
    // The worker may add its record between two looks.
    let all = [
        "billing.payment_intent.created",
        "billing.payment.processed",
        "billing.payment.processed",
    ];
    walk.record.wait_for(&all).await;
}

#[actix_web::test]
async fn a_cancellation_is_recorded_with_its_outcome_and_a_refusal_too() {
    let walk = Walk::start_with(BillingOptions::default()).await;
    walk.app.stripe.makes_intents("requires_action");
    let payment = walk.call("POST /payment-intent", Role::Doctor, &request()).await;
    let payment: Value = payment.json().await.unwrap();
    walk.record.added().await;
    let (route, billing) = ("POST /api/v1/billing/payment-intent/{payment_id}/cancel", Role::Billing);
    walk.step(route, Role::Nurse, &payment, 403, &["billing.payment.canceled denied"])
        .await;
    let (canceled, processed) = ("billing.payment.canceled", "billing.payment.processed");
    walk.step(route, billing, &payment, 200, &[canceled, processed]).await;
    walk.step(route, billing, &payment, 200, &["billing.payment.canceled"])
        .await;
}

#[actix_web::test]
async fn a_repeat_that_is_answered_with_the_payment_is_recorded_as_a_read() {
    let walk = Walk::start_with(BillingOptions::default()).await;
    let token = walk.app.token(Role::Doctor);
    let body = request();
    let charge = || walk.app.call(Method::POST, PATH, Some(&token), Some("k1"), Some(&body));
    assert_eq!(charge().await.status(), 201);
    walk.record.added().await;
    walk.app.expire_keys().await;
    assert_eq!(charge().await.status(), 201);
    assert_eq!(
        ("POST /payment-intent", walk.record.added().await),
        ("POST /payment-intent", vec!["billing.payment.read".to_owned()])
    );
}

#[actix_web::test]
async fn the_record_of_a_charge_names_the_patient_and_is_stored_before_the_processor_is_called() {
    let stripe = Stripe::start().await;
    let proxy = ChaosProxy::before_url(&stripe.server.uri()).await;
    let walk = Walk::start_with(BillingOptions {
        stripe_url: Some(format!("http://127.0.0.1:{}", proxy.port)),
        ..BillingOptions::default()
    })
    .await;
    proxy.stall();
    let look = async {
        let created = "SELECT count(*) FROM billing.outbox WHERE envelope -> 'data' ->> 'action' = 'billing.payment_intent.created'";
        eventually("the record, while the processor does not answer", || async {
            (walk.app.database.count(created).await == 1).then_some(())
        })
        .await;
        assert!(stripe.calls().is_empty());
        proxy.restore();
    };
    let body = request();
    let charge = walk.call("POST /payment-intent", Role::Doctor, &body);
    let (answer, ()) = futures_util::future::join(charge, look).await;
    // 201 where the attempt began after the processor was reachable again.
    assert!([201, 202].contains(&answer.status().as_u16()), "{}", answer.status());
    let record = &walk.app.audited("billing.payment_intent.created").await[0];
    assert_eq!(record["patient_id"], "pat-1");
    assert_eq!(record["outcome"], "success");
}
