//! The app under test.

use crate::payer::Payer;
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::Utc;
use mc_chassis::{lifecycle::Lifecycle, telemetry::Telemetry};
use mc_eligibility::{
    config::Settings,
    startup::{self, MIGRATOR},
};
use mc_keyring::{ExposeSecret, Secrets};
use mc_testkit::{Broker, Caller, ChaosProxy, Database, TokenIssuer, broker, redis_url};
use mc_vocabulary::{Clock, OrganizationId, Role};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::{path::Path, sync::Arc};

pub const VERIFY: &str = "/api/v1/integrations/insurance/verify-eligibility";
pub const COVERAGES: &str = "/api/v1/integrations/insurance/coverages";

pub struct TestApp {
    pub base: String,
    pub database: Database,
    _broker: Broker,
    pub clock: Clock,
    pub issuer: TokenIssuer,
    pub organization_id: OrganizationId,
    pub payer: Payer,
    /// Stands before the payer.
    pub line: ChaosProxy,
    http: reqwest::Client,
    lifecycle: Lifecycle,
    _secrets: tempfile::TempDir,
}

/// What the test varies.
#[derive(Default)]
pub struct TestOptions {
    /// Postgres is reached through this port.
    pub database_port: Option<u16>,
    /// RabbitMQ is reached by this address.
    pub broker_url: Option<String>,
    /// Answers younger than this are told again.
    pub fresh_s: u32,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(broker(), TestOptions::default()).await
    }

    pub async fn start_with(broker: Broker, vary: TestOptions) -> Self {
        mc_chassis::install_crypto();
        let database = Database::fresh("eligibility", &MIGRATOR).await;
        let (payer, secrets) = (Payer::start().await, tempfile::tempdir().unwrap());
        let line = ChaosProxy::before(&payer.server.address().to_string()).await;
        let broker_url = vary.broker_url.clone().unwrap_or_else(|| broker.url.clone());
        write_secrets(
            secrets.path(),
            database.serving_url_at(vary.database_port).expose_secret(),
            &broker_url,
        );
        let settings = settings(&broker, line.port, vary.fresh_s);
        let (issuer, clock) = (TokenIssuer::new(), Clock::manual(Utc::now()));
        let telemetry = Arc::new(Telemetry::start("eligibility", &settings.telemetry).unwrap());
        let app = startup::build(
            settings,
            Secrets::files(secrets.path()),
            clock.clone(),
            issuer.verifier(),
            telemetry,
        )
        .await
        .unwrap();
        let (base, lifecycle) = (format!("http://127.0.0.1:{}", app.port), app.lifecycle());
        actix_web::rt::spawn(app.run());
        Self {
            base,
            database,
            _broker: broker,
            clock,
            issuer,
            organization_id: OrganizationId::new(),
            payer,
            line,
            http: reqwest::Client::builder().build().unwrap(),
            lifecycle,
            _secrets: secrets,
        }
    }

    pub fn caller(&self, role: Role) -> Caller {
        Caller::new(self.organization_id, role)
    }

    pub fn token(&self, role: Role) -> String {
        self.issuer.token(&self.caller(role))
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

    /// Status and JSON of the answer.
    pub async fn tell(&self, method: Method, path: &str, token: &str, body: Option<&Value>) -> (u16, Value) {
        let response = self.call(method, path, Some(token), body).await;
        (response.status().as_u16(), response.json().await.unwrap_or_default())
    }

    /// Records the coverage of `pat-1` and gives its id.
    pub async fn add_coverage(&self) -> String {
        let staff = self.token(Role::Staff);
        let (status, added) = self
            .tell(Method::POST, COVERAGES, &staff, Some(&coverage("pat-1")))
            .await;
        assert_eq!(status, 201, "{added}");
        added["coverage_id"].as_str().unwrap().to_owned()
    }

    /// The same for another patient.
    pub async fn add_other_coverage(&self) -> String {
        let staff = self.token(Role::Staff);
        let (_, added) = self
            .tell(Method::POST, COVERAGES, &staff, Some(&coverage("pat-2")))
            .await;
        added["coverage_id"].as_str().unwrap().to_owned()
    }

    /// Verifies as the front desk; the answer is always 200.
    pub async fn verify(&self, coverage_id: &str) -> Value {
        let path = format!("{VERIFY}?coverage_id={coverage_id}");
        let (status, told) = self.tell(Method::GET, &path, &self.token(Role::Staff), None).await;
        assert_eq!(status, 200, "{told}");
        told
    }

    /// Everything that waits in, or went through, the outbox.
    pub async fn outbox(&self) -> Vec<Value> {
        sqlx::query_scalar("SELECT envelope FROM eligibility.outbox ORDER BY sequence")
            .fetch_all(&self.database.owner)
            .await
            .unwrap()
    }

    /// What the platform sees of one part.
    pub async fn component(&self, name: &str) -> Value {
        let parts: Value = self
            .call(Method::GET, "/internal/components", None, None)
            .await
            .json()
            .await
            .unwrap();
        let part = parts.as_array().unwrap().iter().find(|part| part["name"] == name);
        part.unwrap_or_else(|| panic!("no component {name}")).clone()
    }

    pub async fn stop(self) {
        self.lifecycle.finish().await;
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

fn settings(broker: &Broker, payer_port: u16, fresh_s: u32) -> Settings {
    let mut settings = Settings::load().unwrap();
    settings.http.bind = "127.0.0.1:0".parse().unwrap();
    settings.broker.prefix.clone_from(&broker.prefix);
    settings.cache.fresh_s = fresh_s;
    let payer = settings.payers.get_mut("sandbox").unwrap();
    payer.enabled = true;
    payer.allow_private_addresses = true;
    payer.base_url = format!("http://127.0.0.1:{payer_port}/payer/core").parse().unwrap();
    (payer.deadline_ms, payer.attempt_timeout_ms, payer.retries_max) = (1_500, 1_500, 0);
    // Tests run beside each other and would spend each other's budget.
    payer.rate = None;
    settings
}

/// One key a body, so that a repeat in a test is a repeat.
fn body_key(body: &Value) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    body.to_string().hash(&mut hasher);
    hasher.finish().to_string()
}

fn write_secrets(folder: &Path, database_url: &str, broker_url: &str) {
    let key = BASE64_STANDARD.encode([7; 32]);
    for (name, value) in [
        ("database/url", database_url),
        ("broker/url", broker_url),
        ("redis/url", redis_url().expose_secret()),
        ("sealing-key/key_id", "s1"),
        ("sealing-key/key", &key),
        ("payer-sandbox/username", "clinic"),
        ("payer-sandbox/password", "payer password"),
        ("payer-sandbox/sender_id", "MEDCONNECT"),
        ("payer-sandbox/receiver_id", "SANDBOXPAYER"),
    ] {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, value).unwrap();
    }
}
