//! Billing under test, with a simulated Stripe.

use crate::stripe::{Stripe, WEBHOOK_SECRET, event, signature};
use mc_billing::startup::SERVICE;
use mc_contracts::{ConsentDecision, ConsentPurpose, ConsentRecorded};
use mc_testkit::{ServiceUnderTest, TestOptions, eventually};
use mc_vocabulary::{ConsentId, Role};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::ops::Deref;

pub const PATH: &str = "/api/v1/integrations/stripe/payment-intent";
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

    pub async fn start_with(options: BillingOptions) -> Self {
        let stripe = Stripe::start().await;
        let url = options.stripe_url.unwrap_or_else(|| stripe.server.uri());
        let service = ServiceUnderTest::start(&SERVICE, options.test, |settings, secrets| {
            secrets.write("stripe/api_key", "sk_test_1");
            secrets.write("stripe/webhook_secret", WEBHOOK_SECRET);
            let stripe = &mut settings.own.stripe;
            stripe.upstream.base_url = url.parse().unwrap();
            stripe.upstream.allow_private_addresses = true;
            stripe.upstream.retries_max = 0;
            stripe.upstream.breaker.open_ms = 300;
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
        let event = ConsentRecorded {
            consent_id: ConsentId::new(),
            patient_id: "pat-1".parse().unwrap(),
            purpose: ConsentPurpose::Payment,
            decision,
            encounter_id: Some(encounter.parse().unwrap()),
            grantee: None,
            recorded_at: chrono::Utc::now(),
            sequence: None,
        };
        self.broker
            .publish_as("ehr-proxy", Some(self.organization_id), std::slice::from_ref(&event))
            .await;
        eventually("the consent", || async {
            let known: i64 = sqlx::query_scalar("SELECT count(*) FROM billing.consents WHERE consent_id = $1")
                .bind(event.consent_id.uuid())
                .fetch_one(&self.database.owner)
                .await
                .unwrap();
            (known == 1).then_some(())
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

/// A charge of 25.00 with its context.
pub fn request() -> Value {
    json!({ "amount": 2500, "currency": "usd", "patient_encounter_id": "enc-1",
        "metadata": { "visit_type": "telemedicine_consultation", "provider": "dr_smith", "insurance_verified": true } })
}
