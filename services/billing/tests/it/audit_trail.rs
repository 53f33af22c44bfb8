//! The audit records that each route adds to the outbox, and no others.

use crate::{
    app::{BillingOptions, TestApp, request},
    stripe::{WEBHOOK_SECRET, event, signature},
};
use mc_contracts::ConsentDecision;
use mc_testkit::AuditTrail;
use mc_vocabulary::{EventId, Role};
use reqwest::Response;
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

    /// Calls `route`, below `/api/v1/integrations/stripe`, as `role`, expects `status` and that
    /// exactly `adds` is recorded.
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
        let path = format!("/api/v1/integrations/stripe{path}").replace("{payment_id}", id);
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
            &["billing.payment_intent.created"],
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
    walk.app.stripe.declines().await;
    walk.step(
        "POST /payment-intent",
        Role::Doctor,
        &request(),
        402,
        &["billing.payment_intent.created failure"],
    )
    .await;
}

#[actix_web::test]
async fn a_charge_that_waits_for_stripe_is_recorded_at_once_and_again_when_it_is_made() {
    let walk = Walk::start_with(BillingOptions::default()).await;
    walk.app.stripe.is_down().await;
    walk.step(
        "POST /payment-intent",
        Role::Doctor,
        &request(),
        202,
        &["billing.payment_intent.created"],
    )
    .await;
    walk.app.stripe.succeeds().await;
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
    // The worker may add both records between two looks.
    let both = ["billing.payment_intent.created", "billing.payment.processed"];
    walk.record.wait_for(&both).await;
}
