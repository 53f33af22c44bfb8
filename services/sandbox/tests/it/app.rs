//! The sandbox under test, with the secrets that its provision command makes.

use chrono::Utc;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use mc_sandbox::{
    actions::provision::{Servers, provision},
    config,
    startup::SERVICE,
};
use mc_service_kit::Settings;
use mc_testkit::{SecretFiles, ServiceUnderTest, TestOptions};
use mc_vocabulary::{Clock, EventId};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use std::{fs, ops::Deref, path::Path};
use tempfile::TempDir;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::method};

pub struct TestApp {
    service: ServiceUnderTest,
    pub http: Client,
    pub receiver: MockServer,
    run: TempDir,
}

impl Deref for TestApp {
    type Target = ServiceUnderTest;

    fn deref(&self) -> &ServiceUnderTest {
        &self.service
    }
}

impl TestApp {
    pub async fn start() -> Self {
        let run = tempfile::tempdir().unwrap();
        let url = |text: &str| text.parse().unwrap();
        let servers = Servers {
            postgres: url("postgres://owner:pw@127.0.0.1:1/none"),
            rabbitmq: url("amqp://127.0.0.1:1"),
            redis: url("redis://127.0.0.1:1"),
        };
        provision(run.path(), &servers).unwrap();
        let receiver = MockServer::start().await;
        Mock::given(method("POST"))
            .respond_with(ResponseTemplate::new(200))
            .mount(&receiver)
            .await;
        let service = ServiceUnderTest::start(&SERVICE, TestOptions::default(), |settings, secrets| {
            copy_secrets(run.path(), secrets);
            arrange(settings, &receiver);
        })
        .await;
        // No connection pool: a dropped connection must not be hidden by a retry.
        let http = Client::builder().pool_max_idle_per_host(0).build().unwrap();
        Self {
            service,
            http,
            receiver,
            run,
        }
    }

    /// Stops the process and starts it again on the same database.
    pub async fn restart(&mut self) {
        self.service.stop();
        let mut settings = SERVICE.settings().unwrap();
        settings.common.http.bind = "127.0.0.1:0".parse().unwrap();
        arrange(&mut settings, &self.receiver);
        self.service.serve(&SERVICE, settings, Clock::System, None).await;
    }

    /// Stops the process.
    pub fn stop(&mut self) {
        self.service.stop();
    }

    pub fn secret(&self, path: &str) -> String {
        fs::read_to_string(self.run.path().join("secrets").join(path)).unwrap()
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.base))
    }

    pub async fn fault(&self, target: &str, fault: &str, times: Option<u32>) {
        let body = json!({ "target": target, "fault": fault, "times": times });
        let answer = self
            .http
            .put(format!("{}/_admin/faults", self.base))
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
    }

    pub async fn no_faults(&self) {
        let answer = self
            .http
            .delete(format!("{}/_admin/faults", self.base))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.json::<Value>().await.unwrap()["faults"], json!([]));
    }

    // --- Stripe

    pub fn stripe_post(&self, path: &str, form: &[(&str, &str)], key: Option<&str>) -> RequestBuilder {
        let request = self.http.post(format!("{}/stripe/v1{path}", self.base));
        let request = request.bearer_auth(self.secret("billing/stripe/api_key")).form(form);
        match key {
            Some(key) => request.header("Idempotency-Key", key),
            None => request,
        }
    }

    pub fn stripe_get(&self, path: &str) -> RequestBuilder {
        self.get(&format!("/stripe/v1{path}"))
            .bearer_auth(self.secret("billing/stripe/api_key"))
    }

    pub async fn charges(&self) -> Vec<Value> {
        let body: Value = self.get("/_admin/charges").send().await.unwrap().json().await.unwrap();
        body["charges"].as_array().unwrap().clone()
    }

    // --- EHR

    pub fn token_url(&self) -> String {
        format!("{}/ehr/oauth2/token", self.base)
    }

    /// The claims of a valid assertion.
    pub fn claims(&self, slug: &str) -> Value {
        let client_id = format!("medconnect-{slug}");
        let now = Utc::now().timestamp();
        json!({ "iss": client_id, "sub": client_id, "aud": self.token_url(), "exp": now + 240, "iat": now,
            "jti": EventId::new().to_string() })
    }

    /// An assertion signed with the key of `slug`.
    pub fn sign(&self, slug: &str, claims: &Value) -> String {
        let folder = format!("ehr-proxy/ehr-{slug}");
        let pem = self.secret(&format!("{folder}/private_key_pem"));
        let (algorithm, key) = match self.secret(&format!("{folder}/alg")).as_str() {
            "RS384" => (Algorithm::RS384, EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap()),
            _ => (Algorithm::ES384, EncodingKey::from_ec_pem(pem.as_bytes()).unwrap()),
        };
        let mut header = Header::new(algorithm);
        header.kid = Some(self.secret(&format!("{folder}/kid")));
        encode(&header, claims, &key).unwrap()
    }

    pub async fn request_token(&self, assertion: &str, scope: &str) -> (u16, Value) {
        let form = [
            ("grant_type", "client_credentials"),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", assertion),
            ("scope", scope),
        ];
        let answer = self.http.post(self.token_url()).form(&form).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    pub async fn token(&self, slug: &str, scope: &str) -> String {
        let (status, body) = self.request_token(&self.sign(slug, &self.claims(slug)), scope).await;
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().unwrap().to_owned()
    }

    pub fn fhir(&self, token: &str, path: &str) -> RequestBuilder {
        self.get(&format!("/ehr/fhir/r4/{path}")).bearer_auth(token)
    }

    pub fn put_encounter(&self, token: &str, id: &str, version: Option<&str>, body: String) -> RequestBuilder {
        let request = self
            .http
            .put(format!("{}/ehr/fhir/r4/Encounter/{id}", self.base))
            .bearer_auth(token);
        let request = request.header("Content-Type", "application/fhir+json").body(body);
        match version {
            Some(version) => request.header("If-Match", version),
            None => request,
        }
    }
}

/// The provisioned secrets of the sandbox that are not addresses of servers.
fn copy_secrets(run: &Path, secrets: &SecretFiles) {
    for field in [
        "payer/username",
        "payer/password",
        "stripe/api_key",
        "stripe/webhook_secret",
        "ehr-clients/clients",
    ] {
        let value = fs::read_to_string(run.join("secrets/sandbox").join(field)).unwrap();
        secrets.write(field, &value);
    }
}

fn arrange(settings: &mut Settings<config::Settings>, receiver: &MockServer) {
    let own = &mut settings.own;
    own.stripe.webhook_url = format!("{}/webhook", receiver.uri()).parse().unwrap();
    own.payer.late_ms = 300;
    own.faults.slow_ms = 300;
    own.faults.stall_ms = 1500;
}
