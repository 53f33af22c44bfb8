//! The service under test.

use crate::ehr::{ENCOUNTER, Ehr, PATIENT};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use mc_ehr_proxy::startup::SERVICE;
use mc_testkit::{Broker, Caller, Database, SecretFiles, ServiceUnderTest, TestOptions, broker};
use mc_vocabulary::Role;
use reqwest::{Method, RequestBuilder, Url};
use serde_json::{Value, json};
use std::ops::Deref;

pub const WHY: &str = "scheduled video visit";
pub const SECRET: &str = "ehr-northside";
/// Addresses for which every secret of the tests may be used.
const BASE_URLS: &str = "https://ehr.example.org https://ehr.example.org/r4 https://ehr.example.org/r5";

pub struct TestApp {
    service: ServiceUnderTest,
    http: reqwest::Client,
}

/// Options of a test.
#[derive(Default)]
pub struct EhrOptions {
    /// Options of every service.
    pub test: TestOptions,
    /// Address of Redis.
    pub redis_url: Option<String>,
    /// How long a breaker stays open.
    pub open_ms: Option<u64>,
}

impl Deref for TestApp {
    type Target = ServiceUnderTest;

    fn deref(&self) -> &ServiceUnderTest {
        &self.service
    }
}

/// A response with its body.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The kind of the problem, from an `OperationOutcome` or a problem document.
    pub fn problem(&self) -> String {
        let body = self.json();
        let coded = body["issue"][0]["details"]["coding"][0]["code"]
            .as_str()
            .or(body["type"].as_str());
        coded
            .unwrap_or_default()
            .trim_start_matches("urn:medconnect:problem:")
            .to_owned()
    }
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(EhrOptions::default()).await
    }

    pub async fn start_with(options: EhrOptions) -> Self {
        let database = Database::fresh(SERVICE.schema, SERVICE.migrations).await;
        Self::start_on(database, broker(), options).await
    }

    /// With an EHR connected, and consent for everyone.
    pub async fn with_ehr() -> (Self, Ehr) {
        let (app, ehr) = (Self::start().await, Ehr::start().await);
        app.connect(&ehr.base()).await;
        app.consent(PATIENT, "permit", json!({})).await;
        (app, ehr)
    }

    pub async fn start_on(database: Database, broker: Broker, options: EhrOptions) -> Self {
        let service = ServiceUnderTest::start_on(&SERVICE, database, broker, options.test, |settings, secrets| {
            if let Some(url) = &options.redis_url {
                secrets.write("redis/url", url);
            }
            write_client(secrets, SECRET);
            let upstream = &mut settings.own.upstream;
            upstream.allow_private_addresses = true;
            upstream.backoff_initial_ms = 10;
            upstream.attempt_timeout_ms = 2_000;
            upstream.deadline_ms = 4_000;
            upstream.retries_max = 1;
            upstream.rate = None;
            upstream.breaker.open_ms = options.open_ms.unwrap_or(30_000);
        })
        .await;
        Self {
            service,
            http: reqwest::Client::builder().build().unwrap(),
        }
    }

    pub fn request(&self, method: Method, path: &str, caller: &Caller) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(self.issuer.token(caller))
    }

    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.at(&self.base, method, path)
    }

    /// A request without a token to the process at `base`.
    pub fn at(&self, base: &str, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{base}{path}"))
    }

    /// Connects the organization to an EHR that issues its tokens itself.
    pub async fn connect(&self, base_url: &Url) {
        self.connect_with(base_url, &base_url.origin().ascii_serialization())
            .await;
    }

    /// Connects it to an EHR with tokens from `token_origin`, inside the bounds of the secret.
    pub async fn connect_with(&self, base_url: &Url, token_origin: &str) {
        self.bound(SECRET, "base_url", &format!("{base_url} {BASE_URLS}"));
        self.bound(SECRET, "token_origin", token_origin);
        let body = connection(base_url.as_str(), SECRET);
        let got = send(
            self.request(
                Method::PUT,
                "/api/v1/integrations/ehr/connection",
                &self.caller(Role::Admin),
            )
            .json(&body),
        )
        .await;
        assert_eq!(got.status, 200, "{}", got.text);
    }

    /// Records a decision and returns its id.
    pub async fn consent(&self, patient_id: &str, decision: &str, more: Value) -> Value {
        let mut body = json!({ "patient_id": patient_id, "purpose": "treatment", "decision": decision });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let request = self.request(
            Method::POST,
            "/api/v1/integrations/ehr/consents",
            &self.caller(Role::Staff),
        );
        let got = send(
            request
                .header("Idempotency-Key", mc_vocabulary::EventId::new().to_string())
                .json(&body),
        )
        .await;
        assert_eq!(got.status, 201, "{}", got.text);
        got.json()["consent_id"].clone()
    }

    pub fn summary(&self, caller: &Caller) -> RequestBuilder {
        self.request(
            Method::GET,
            &format!("/api/v1/integrations/ehr/patient-summary/{PATIENT}"),
            caller,
        )
        .header("X-Access-Justification", WHY)
    }

    pub fn document(&self, caller: &Caller) -> RequestBuilder {
        let body = json!({ "diagnosis": "influenza A", "treatment_plan": "rest", "follow_up": "two weeks" });
        self.request(
            Method::PUT,
            &format!("/api/v1/integrations/ehr/encounter/{ENCOUNTER}"),
            caller,
        )
        .json(&body)
    }

    /// The audit records of actions on charts so far, oldest first.
    pub async fn records(&self) -> Vec<Value> {
        let sql = "SELECT envelope -> 'data' FROM ehr_proxy.outbox WHERE envelope ->> 'type' = 'ehr-proxy.audit.recorded.v1' \
                   AND envelope -> 'data' ->> 'action' NOT IN ('ehr.consent.record', 'ehr.connection.set') ORDER BY sequence";
        sqlx::query_scalar(sql).fetch_all(&self.database.owner).await.unwrap()
    }

    /// The whole outbox as one text.
    pub async fn outbox(&self) -> String {
        let rows: Vec<Value> = sqlx::query_scalar("SELECT envelope FROM ehr_proxy.outbox")
            .fetch_all(&self.database.owner)
            .await
            .unwrap();
        Value::from(rows).to_string()
    }

    /// Changes a bound of a secret, as the operator does; it is read when a connection is set.
    pub fn bound(&self, name: &str, field: &str, value: &str) {
        self.secrets.write(&format!("{name}/{field}"), value);
    }

    /// Another client's secret.
    pub fn add_client(&self, name: &str) {
        write_client(&self.secrets, name);
    }

    pub fn secret_file(&self, name: &str) -> std::path::PathBuf {
        self.secrets.path().join(name)
    }
}

pub async fn send(request: RequestBuilder) -> Got {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Got {
        status,
        headers,
        text: response.text().await.unwrap(),
    }
}

pub fn connection(base_url: &str, secret_name: &str) -> Value {
    json!({ "kind": "smart_backend_services", "base_url": base_url, "secret_name": secret_name, "scope": "system/Patient.rs system/Encounter.rus" })
}

pub fn pem(der: &[u8]) -> String {
    format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        BASE64_STANDARD.encode(der)
    )
}

fn write_client(secrets: &SecretFiles, name: &str) {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    secrets.write(&format!("{name}/client_id"), &format!("client-{name}"));
    secrets.write(&format!("{name}/private_key_pem"), &pem(pkcs8.as_ref()));
    secrets.write(&format!("{name}/kid"), "k1");
    secrets.write(&format!("{name}/organizations"), "*");
    secrets.write(&format!("{name}/base_url"), BASE_URLS);
    secrets.write(&format!("{name}/token_origin"), "https://login.example.org");
    secrets.write(&format!("{name}/scopes"), "system/Patient.rs system/Encounter.rus");
}
