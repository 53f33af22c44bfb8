//! The app under test, and the services that it looks at.

use mc_chassis::{lifecycle::Lifecycle, telemetry::Telemetry};
use mc_console::{
    config::Settings,
    startup::{self, MIGRATOR},
};
use mc_keyring::{ExposeSecret, Secrets};
use mc_testkit::{Broker, Caller, Database, TokenIssuer, broker, eventually, redis_url};
use mc_vocabulary::{Clock, OrganizationId, Role};
use reqwest::Response;
use serde_json::{Value, json};
use std::sync::Arc;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

/// Stand-ins, in the order of the settings.
pub struct Sisters {
    pub auth: MockServer,
    pub billing: MockServer,
    pub ehr_proxy: MockServer,
    pub eligibility: MockServer,
    pub audit: MockServer,
}

impl Sisters {
    /// All well, and closed to strangers.
    pub async fn well() -> Self {
        Self {
            auth: sister(json!([part("database")])).await,
            billing: sister(json!([part("database"), upstream("stripe", "healthy", "CLOSED")])).await,
            ehr_proxy: sister(json!([part("database"), upstream("ehr", "healthy", "CLOSED")])).await,
            eligibility: sister(json!([
                part("database"),
                upstream("payer_sandbox", "healthy", "CLOSED")
            ]))
            .await,
            audit: sister(json!([part("database")])).await,
        }
    }
}

/// A service that is alive and says `parts`; every route of its own is closed.
pub async fn sister(parts: Value) -> MockServer {
    let server = MockServer::start().await;
    teach(&server, parts).await;
    server
}

/// Makes a stand-in say `parts` from now on.
pub async fn teach(server: &MockServer, parts: Value) {
    server.reset().await;
    say(server, "/health/liveness", ResponseTemplate::new(200)).await;
    say(
        server,
        "/internal/components",
        ResponseTemplate::new(200).set_body_json(parts),
    )
    .await;
    say(
        server,
        "/internal/evidence",
        ResponseTemplate::new(200).set_body_json(json!([])),
    )
    .await;
    let closed = Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(401))
        .with_priority(9);
    closed.mount(server).await;
}

pub async fn say(server: &MockServer, at: &str, answer: ResponseTemplate) {
    Mock::given(method("GET"))
        .and(path(at))
        .respond_with(answer)
        .with_priority(5)
        .mount(server)
        .await;
}

pub fn part(name: &str) -> Value {
    json!({ "name": name, "status": "healthy", "required": true, "detail": "answers", "took_ms": 1, "checked_at": Clock::System.now() })
}

pub fn upstream(name: &str, status: &str, breaker: &str) -> Value {
    let mut part = part(name);
    part["status"] = status.into();
    part["breaker"] = breaker.into();
    part["required"] = false.into();
    part["detail"] = if status == "healthy" { "answers" } else { "connect" }.into();
    part
}

/// What a test puts in the way.
#[derive(Default)]
pub struct TestOptions {
    pub database_port: Option<u16>,
    pub broker_url: Option<String>,
    pub redis_url: Option<String>,
    pub audit_url: Option<String>,
}

pub struct TestApp {
    pub base: String,
    pub database: Database,
    pub broker: Broker,
    pub sisters: Sisters,
    pub issuer: TokenIssuer,
    lifecycle: Lifecycle,
    _secrets: tempfile::TempDir,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(TestOptions::default()).await
    }

    pub async fn start_with(vary: TestOptions) -> Self {
        mc_chassis::install_crypto();
        let (database, broker) = (Database::fresh("console", &MIGRATOR).await, broker());
        let (sisters, secrets) = (Sisters::well().await, tempfile::tempdir().unwrap());
        let url = |name: &str, value: &str| {
            let folder = secrets.path().join(name);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("url"), value).unwrap();
        };
        url("database", database.serving_url_at(vary.database_port).expose_secret());
        url("broker", vary.broker_url.as_deref().unwrap_or(&broker.url));
        url(
            "redis",
            vary.redis_url.as_deref().unwrap_or(redis_url().expose_secret()),
        );
        let issuer = TokenIssuer::new();
        let mut settings = settings(&broker, &sisters);
        if let Some(url) = &vary.audit_url {
            settings.services.audit = url.parse().unwrap();
        }
        let telemetry = Arc::new(Telemetry::start("console", &settings.telemetry).unwrap());
        let app = startup::build(
            settings,
            Secrets::files(secrets.path()),
            Clock::System,
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
            broker,
            sisters,
            issuer,
            lifecycle,
            _secrets: secrets,
        }
    }

    pub async fn get(&self, path: &str, token: Option<&str>) -> Response {
        let mut request = reqwest::Client::builder()
            .build()
            .unwrap()
            .get(format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        request.send().await.unwrap()
    }

    pub fn token(&self, role: Role) -> String {
        self.issuer.token(&Caller::new(OrganizationId::new(), role))
    }

    /// What a signed-in caller reads.
    pub async fn read(&self, path: &str) -> Value {
        let response = self.get(path, Some(&self.token(Role::Patient))).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    /// What everyone reads.
    pub async fn detailed(&self) -> Value {
        let response = self.get("/api/v1/health/detailed", None).await;
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }

    /// Waits until the value at `pointer` of the detailed health is `value`, and gives the whole.
    pub async fn detailed_until(&self, pointer: &str, value: &str) -> Value {
        eventually(&format!("{pointer} is {value}"), || async {
            let body = self.detailed().await;
            (body.pointer(pointer).and_then(Value::as_str) == Some(value)).then_some(body)
        })
        .await
    }

    pub async fn stop(self) {
        self.lifecycle.finish().await;
    }
}

fn settings(broker: &Broker, sisters: &Sisters) -> Settings {
    let mut settings = Settings::load().unwrap();
    settings.http.bind = "127.0.0.1:0".parse().unwrap();
    settings.broker.prefix.clone_from(&broker.prefix);
    let at = |server: &MockServer| server.uri().parse().unwrap();
    settings.services.auth = at(&sisters.auth);
    settings.services.billing = at(&sisters.billing);
    settings.services.ehr_proxy = at(&sisters.ehr_proxy);
    settings.services.eligibility = at(&sisters.eligibility);
    settings.services.audit = at(&sisters.audit);
    settings.survey.parts_patience_ms = 500;
    settings.survey.keep_ms = 20;
    settings.survey.keep_policies_ms = 20;
    settings
}
