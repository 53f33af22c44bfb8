//! Eligibility under test, before a payer of the test's own.

use crate::payer::Payer;
use chrono::Utc;
use mc_eligibility::startup::SERVICE;
use mc_keyring::ExposeSecret;
use mc_testkit::{ChaosProxy, Database, ServiceUnderTest, TestOptions, broker};
use mc_vocabulary::{Clock, Role};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::ops::Deref;

pub const VERIFY: &str = "/api/v1/integrations/insurance/verify-eligibility";
pub const COVERAGES: &str = "/api/v1/integrations/insurance/coverages";

pub struct TestApp {
    service: ServiceUnderTest,
    pub clock: Clock,
    pub payer: Payer,
    /// Between the service and the payer.
    pub payer_proxy: ChaosProxy,
    http: reqwest::Client,
}

/// What a test varies. The clock is a manual one.
#[derive(Default)]
pub struct EligibilityOptions {
    /// What every service's tests can vary.
    pub test: TestOptions,
    /// Another broker prefix than a fresh one.
    pub broker: Option<mc_testkit::Broker>,
    /// Answers younger than this are returned again.
    pub fresh_s: u32,
    /// How long a request may take, in milliseconds.
    pub request_timeout_ms: Option<u64>,
    /// Whether workers reach the database directly, past the chaos proxy.
    pub workers_are_direct: bool,
}

impl Deref for TestApp {
    type Target = ServiceUnderTest;

    fn deref(&self) -> &ServiceUnderTest {
        &self.service
    }
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(EligibilityOptions::default()).await
    }

    pub async fn start_with(options: EligibilityOptions) -> Self {
        let payer = Payer::start().await;
        let payer_proxy = ChaosProxy::before(&payer.server.address().to_string()).await;
        let (port, clock) = (payer_proxy.port, Clock::manual(Utc::now()));
        let test = TestOptions {
            clock: clock.clone(),
            ..options.test
        };
        let database = Database::fresh(SERVICE.schema, SERVICE.migrations).await;
        let broker = options.broker.unwrap_or_else(broker);
        let worker_url = options.workers_are_direct.then(|| database.worker_url());
        let service = ServiceUnderTest::start_on(&SERVICE, database, broker, test, |settings, secrets| {
            for (field, value) in [
                ("username", "clinic"),
                ("password", "payer password"),
                ("sender_id", "MEDCONNECT"),
                ("receiver_id", "SANDBOXPAYER"),
            ] {
                secrets.write(&format!("payer-sandbox/{field}"), value);
            }
            if let Some(url) = worker_url {
                secrets.write("database/worker_url", url.expose_secret());
            }
            if let Some(limit_ms) = options.request_timeout_ms {
                settings.common.http.request_timeout_ms = limit_ms;
            }
            settings.own.cache.fresh_s = options.fresh_s;
            let payer = settings.own.payers.get_mut("sandbox").unwrap();
            payer.enabled = true;
            payer.allow_private_addresses = true;
            payer.base_url = format!("http://127.0.0.1:{port}/payer/core").parse().unwrap();
            (payer.deadline_ms, payer.attempt_timeout_ms, payer.retries_max) = (1_500, 1_500, 0);
            // Tests run at the same time and would share one budget.
            payer.rate = None;
        })
        .await;
        Self {
            service,
            clock,
            payer,
            payer_proxy,
            http: reqwest::Client::builder().build().unwrap(),
        }
    }

    pub async fn call(&self, method: Method, path: &str, token: Option<&str>, body: Option<&Value>) -> Response {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body).header("Idempotency-Key", body_key(body));
        }
        request.send().await.unwrap()
    }

    /// Status and JSON body of the response.
    pub async fn request(&self, method: Method, path: &str, token: &str, body: Option<&Value>) -> (u16, Value) {
        let response = self.call(method, path, Some(token), body).await;
        (response.status().as_u16(), response.json().await.unwrap_or_default())
    }

    /// Records the coverage of `pat-1` and returns its id.
    pub async fn add_coverage(&self) -> String {
        self.add_coverage_of("pat-1").await
    }

    /// Records the coverage of another patient and returns its id.
    pub async fn add_coverage_of(&self, patient_id: &str) -> String {
        let staff = self.token(Role::Staff);
        let (status, added) = self
            .request(Method::POST, COVERAGES, &staff, Some(&coverage(patient_id)))
            .await;
        assert_eq!(status, 201, "{added}");
        added["coverage_id"].as_str().unwrap().to_owned()
    }

    /// Verifies as the front desk; the status is always 200.
    pub async fn verify(&self, coverage_id: &str) -> Value {
        let path = format!("{VERIFY}?coverage_id={coverage_id}");
        let (status, verification) = self.request(Method::GET, &path, &self.token(Role::Staff), None).await;
        assert_eq!(status, 200, "{verification}");
        verification
    }

    /// All events of the outbox, published or not, the breakers' states included.
    pub async fn outbox(&self) -> Vec<Value> {
        sqlx::query_scalar("SELECT envelope FROM eligibility.outbox ORDER BY sequence")
            .fetch_all(&self.database.owner)
            .await
            .unwrap()
    }

    /// The data of all audit records, in order.
    pub async fn audit_records(&self) -> Vec<Value> {
        sqlx::query_scalar(
            "SELECT envelope -> 'data' FROM eligibility.outbox WHERE envelope ->> 'type' LIKE '%.audit.recorded.v1' ORDER BY sequence",
        )
        .fetch_all(&self.database.owner)
        .await
        .unwrap()
    }

    /// The newest audit record.
    pub async fn last_audit_record(&self) -> Value {
        self.audit_records().await.pop().unwrap()
    }

    /// One component of the service's health.
    pub async fn component(&self, name: &str) -> Value {
        let components: Value = self
            .call(Method::GET, "/internal/components", None, None)
            .await
            .json()
            .await
            .unwrap();
        let component = components
            .as_array()
            .unwrap()
            .iter()
            .find(|component| component["name"] == name);
        component.unwrap_or_else(|| panic!("no component {name}")).clone()
    }
}

/// A coverage as the front desk sends it.
pub fn coverage(patient_id: &str) -> Value {
    json!({
        "patient_id": patient_id,
        "payer": { "payer_id": "SBX01", "name": "Sandbox Health Plan" },
        "provider": { "name": "Clinic", "npi": "1234567893" },
        "member": {
            "member_id": "C100200300", "family": "Castafiore", "given": "Bianca", "birth_date": "1984-03-17", "gender": "female"
        }
    })
}

/// The same key for the same body, so that a repeat in a test is a repeat.
fn body_key(body: &Value) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    body.to_string().hash(&mut hasher);
    hasher.finish().to_string()
}
