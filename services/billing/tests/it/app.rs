//! Billing under test, with a simulated Stripe.

use crate::stripe::{Stripe, WEBHOOK_SECRET, event, signature};
use mc_billing::startup::SERVICE;
use mc_contracts::{ConsentDecision, ConsentPurpose, ConsentRecorded};
use mc_testkit::{ServiceUnderTest, TestOptions, eventually};
use mc_vocabulary::{Clock, ConsentId, Role};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::ops::Deref;

pub const PATH: &str = "/api/v1/integrations/stripe/payment-intent";
pub const CANCEL: &str = "/api/v1/billing/payment-intent/{payment_id}/cancel";
pub const WEBHOOK: &str = "/api/v1/integrations/stripe/webhook";

pub struct TestApp {
    service: ServiceUnderTest,
    pub stripe: Stripe,
    http: reqwest::Client,
}

/// Options of a test.
#[derive(Default)]
pub struct BillingOptions {
    /// Options of every service.
    pub test: TestOptions,
    /// Another Stripe than the simulated one.
    pub stripe_url: Option<String>,
    /// Age at which Stripe is queried for a payment without a webhook; a minute by default.
    pub reconcile_after_ms: Option<i64>,
    /// Failures that open the breaker, and how long it stays open in milliseconds; 3 and 300 by
    /// default.
    pub breaker: Option<(u32, u64)>,
}

impl Deref for TestApp {
    type Target = ServiceUnderTest;

    fn deref(&self) -> &ServiceUnderTest {
        &self.service
    }
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(BillingOptions::default()).await
    }

    /// With a clock that moves only by `advance`, and consent to be charged for visit `enc-1`.
    /// Until it moves, no worker has anything to do.
    pub async fn start_with_clock() -> (Self, Clock) {
        let clock = Clock::manual(chrono::Utc::now());
        let app = Self::start_with(BillingOptions {
            test: TestOptions {
                clock: clock.clone(),
                ..TestOptions::default()
            },
            ..BillingOptions::default()
        })
        .await;
        app.consents("enc-1", ConsentDecision::Permit).await;
        (app, clock)
    }

    pub async fn start_with(options: BillingOptions) -> Self {
        let stripe = Stripe::start_at(options.test.clock.clone()).await;
        let url = options.stripe_url.unwrap_or_else(|| stripe.server.uri());
        let service = ServiceUnderTest::start(&SERVICE, options.test, |settings, secrets| {
            secrets.write("stripe/api_key", "sk_test_1");
            secrets.write("stripe/webhook_secret", WEBHOOK_SECRET);
            let stripe = &mut settings.own.stripe;
            stripe.upstream.base_url = url.parse().unwrap();
            stripe.upstream.allow_private_addresses = true;
            stripe.upstream.retries_max = 0;
            let (failure_threshold, open_ms) = options.breaker.unwrap_or((3, 300));
            stripe.upstream.breaker.failure_threshold = failure_threshold;
            stripe.upstream.breaker.open_ms = open_ms;
            "pm_card_visa".clone_into(&mut stripe.default_payment_method);
            stripe.reconcile_after_ms = options.reconcile_after_ms.unwrap_or(60_000);
        })
        .await;
        Self {
            service,
            stripe,
            http: reqwest::Client::builder().build().unwrap(),
        }
    }

    /// Publishes the consent of the patient of `encounter` as ehr-proxy does, and waits until it is
    /// stored.
    pub async fn consents(&self, encounter: &str, decision: ConsentDecision) {
        self.hears(ConsentRecorded {
            encounter_id: Some(encounter.parse().unwrap()),
            ..consent(decision)
        })
        .await;
    }

    /// Publishes a decision as ehr-proxy does, and waits until it is applied.
    pub async fn hears(&self, event: ConsentRecorded) {
        let applied = "SELECT count(*) FROM billing.inbox WHERE scope = 'billing.consents'";
        let before = self.database.count(applied).await;
        self.broker
            .publish_as("ehr-proxy", Some(self.organization_id), std::slice::from_ref(&event))
            .await;
        eventually("the consent", || async {
            (self.database.count(applied).await > before).then_some(())
        })
        .await;
    }

    pub async fn call(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        key: Option<&str>,
        body: Option<&Value>,
    ) -> Response {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await.unwrap()
    }

    /// Charges 25.00 as a doctor.
    pub async fn charge(&self, key: &str) -> (u16, Value) {
        let response = self
            .call(
                Method::POST,
                PATH,
                Some(&self.token(Role::Doctor)),
                Some(key),
                Some(&request()),
            )
            .await;
        (response.status().as_u16(), response.json().await.unwrap())
    }

    pub async fn payment(&self, payment: &Value) -> Value {
        let path = format!("{PATH}/{}", payment["payment_id"].as_str().unwrap());
        self.call(Method::GET, &path, Some(&self.token(Role::Billing)), None, None)
            .await
            .json()
            .await
            .unwrap()
    }

    pub async fn becomes(&self, payment: &Value, status: &str) -> Value {
        eventually(&format!("the payment to be {status}"), || async {
            let now = self.payment(payment).await;
            (now["status"] == status).then_some(now)
        })
        .await
    }

    /// Cancels as billing.
    pub async fn cancel(&self, payment: &Value) -> (u16, Value) {
        let path = CANCEL.replace("{payment_id}", payment["payment_id"].as_str().unwrap());
        let token = self.token(Role::Billing);
        let response = self.call(Method::POST, &path, Some(&token), None, None).await;
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// Payments that are not final and that nobody will look at.
    pub async fn forgotten(&self) -> i64 {
        self.database
            .count(
                "SELECT count(*) FROM billing.payments \
                 WHERE next_attempt_at IS NULL AND status NOT IN ('succeeded', 'failed', 'canceled')",
            )
            .await
    }

    /// Status and failure code as stored, for tests whose clock is beyond the end of every token.
    pub async fn stored(&self, payment: &Value) -> (String, Option<String>) {
        sqlx::query_as("SELECT status, failure_code FROM billing.payments WHERE id = $1::uuid")
            .bind(payment["payment_id"].as_str().unwrap())
            .fetch_one(&self.database.owner)
            .await
            .unwrap()
    }

    /// Waits until `status` is stored, and returns the failure code.
    pub async fn stored_becomes(&self, payment: &Value, status: &str) -> Option<String> {
        eventually(&format!("the payment to be stored as {status}"), || async {
            let (now, code) = self.stored(payment).await;
            (now == status).then_some(code)
        })
        .await
    }

    /// Waits until the outcome of an attempt to charge is stored: its lease has ended.
    pub async fn stored_attempt_ends(&self, payment: &Value) {
        let sql = "SELECT next_attempt_at - key_last_used_at < interval '50 seconds' FROM billing.payments WHERE id = $1::uuid";
        eventually("the outcome of the attempt", || async {
            let ended: bool = sqlx::query_scalar(sql)
                .bind(payment["payment_id"].as_str().unwrap())
                .fetch_one(&self.database.owner)
                .await
                .unwrap();
            ended.then_some(())
        })
        .await;
    }

    /// Every stored response expires.
    pub async fn expire_keys(&self) {
        sqlx::query("UPDATE billing.idempotency_keys SET expires_at = now() - interval '1 second'")
            .execute(&self.database.owner)
            .await
            .unwrap();
    }

    pub async fn webhook(&self, body: Vec<u8>, signature: &str) -> u16 {
        let request = self
            .http
            .post(format!("{}{WEBHOOK}", self.base))
            .header("Stripe-Signature", signature)
            .body(body);
        request.send().await.unwrap().status().as_u16()
    }

    pub async fn webhook_for(&self, id: &str, kind: &str, payment: &Value) -> u16 {
        let body = event(id, kind, payment["payment_id"].as_str().unwrap());
        let signature = signature(&body, WEBHOOK_SECRET, chrono::Utc::now().timestamp());
        self.webhook(body, &signature).await
    }

    pub async fn audited(&self, action: &str) -> Vec<Value> {
        sqlx::query_scalar("SELECT envelope -> 'data' FROM billing.outbox WHERE envelope -> 'data' ->> 'action' = $1 ORDER BY sequence")
            .bind(action)
            .fetch_all(&self.database.owner)
            .await
            .unwrap()
    }
}

/// A decision of a patient about charges for every visit.
pub fn consent(decision: ConsentDecision) -> ConsentRecorded {
    ConsentRecorded {
        consent_id: ConsentId::new(),
        patient_id: "pat-1".parse().unwrap(),
        purpose: ConsentPurpose::Payment,
        decision,
        encounter_id: None,
        grantee: None,
        recorded_at: chrono::Utc::now(),
        sequence: None,
    }
}

/// A charge of 25.00 with its context.
pub fn request() -> Value {
    json!({ "amount": 2500, "currency": "usd", "patient_encounter_id": "enc-1",
        "metadata": { "visit_type": "telemedicine_consultation", "provider": "dr_smith", "insurance_verified": true } })
}
