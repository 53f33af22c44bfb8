//! The console under test, before simulated services.

use mc_console::startup::SERVICE;
use mc_testkit::{ServiceUnderTest, TestOptions, eventually};
use mc_vocabulary::{Clock, Role};
use reqwest::Response;
use serde_json::{Value, json};
use std::ops::Deref;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path, path_regex},
};

/// The simulated services.
pub struct Simulated {
    pub auth: MockServer,
    pub billing: MockServer,
    pub ehr_proxy: MockServer,
    pub eligibility: MockServer,
    pub audit: MockServer,
}

impl Simulated {
    /// All healthy; their routes refuse requests without a valid token.
    pub async fn healthy() -> Self {
        Self {
            auth: simulate(json!([part("database")])).await,
            billing: simulate(json!([part("database"), upstream("stripe", "healthy", "CLOSED")])).await,
            ehr_proxy: simulate(json!([part("database"), upstream("ehr", "healthy", "CLOSED")])).await,
            eligibility: simulate(json!([
                part("database"),
                upstream("payer_sandbox", "healthy", "CLOSED")
            ]))
            .await,
            audit: simulate(json!([part("database")])).await,
        }
    }
}

/// A service that is alive and reports `parts`.
pub async fn simulate(parts: Value) -> MockServer {
    let server = MockServer::start().await;
    report(&server, parts).await;
    server
}

/// Makes a simulated service report `parts` from now on.
pub async fn report(server: &MockServer, parts: Value) {
    server.reset().await;
    respond(server, "/health/liveness", ResponseTemplate::new(200)).await;
    respond(
        server,
        "/internal/components",
        ResponseTemplate::new(200).set_body_json(parts),
    )
    .await;
    respond(
        server,
        "/internal/evidence",
        ResponseTemplate::new(200).set_body_json(json!([])),
    )
    .await;
    describe(server).await;
    let refused = Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(401))
        .with_priority(9);
    refused.mount(server).await;
}

/// Gives a simulated service an OpenAPI document.
pub async fn describe(server: &MockServer) {
    let document = Mock::given(method("GET"))
        .and(path_regex("^/api/v1/[a-z-]+/openapi.json$"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({
            "info": { "title": "simulated" },
            "paths": {
                "/api/v1/open": { "get": { "security": [{}] } },
                "/api/v1/written": { "post": {} },
                "/api/v1/protected/{id}": { "get": {} },
            },
        })))
        .with_priority(6);
    document.mount(server).await;
}

pub async fn respond(server: &MockServer, at: &str, response: ResponseTemplate) {
    Mock::given(method("GET"))
        .and(path(at))
        .respond_with(response)
        .with_priority(5)
        .mount(server)
        .await;
}

/// What the console asks of a protected route.
pub const PROTECTED: &str = "/api/v1/protected/01890a5d-ac96-774b-bcce-b302099a8057";

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

/// What a test varies.
#[derive(Default)]
pub struct ConsoleOptions {
    /// What every service's tests can vary.
    pub test: TestOptions,
    /// Address at which the console reaches Redis: a chaos proxy's.
    pub redis_url: Option<String>,
    /// Another audit service than the simulated one.
    pub audit_url: Option<String>,
    /// A service that the console has no knowledge of: `care-plans`.
    pub another_service: Option<MockServer>,
}

pub struct TestApp {
    service: ServiceUnderTest,
    pub simulated: Simulated,
}

impl Deref for TestApp {
    type Target = ServiceUnderTest;

    fn deref(&self) -> &ServiceUnderTest {
        &self.service
    }
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(ConsoleOptions::default()).await
    }

    pub async fn start_with(options: ConsoleOptions) -> Self {
        let simulated = Simulated::healthy().await;
        let service = ServiceUnderTest::start(&SERVICE, options.test, |settings, secrets| {
            if let Some(url) = &options.redis_url {
                secrets.write("redis/url", url);
            }
            let (services, survey) = (&mut settings.own.services, &mut settings.own.survey);
            let at = |server: &MockServer| server.uri().parse().unwrap();
            *services = [
                ("auth", &simulated.auth),
                ("billing", &simulated.billing),
                ("ehr_proxy", &simulated.ehr_proxy),
                ("eligibility", &simulated.eligibility),
                ("audit", &simulated.audit),
            ]
            .map(|(schema, server)| (schema.to_owned(), at(server)))
            .into();
            if let Some(url) = &options.audit_url {
                services.insert("audit".to_owned(), url.parse().unwrap());
            }
            if let Some(server) = &options.another_service {
                services.insert("care_plans".to_owned(), at(server));
            }
            survey.parts_deadline_ms = 500;
            survey.keep_ms = 20;
            survey.keep_policies_ms = 20;
        })
        .await;
        Self { service, simulated }
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

    /// The body that a signed-in caller gets.
    pub async fn read(&self, path: &str) -> Value {
        let response = self.get(path, Some(&self.token(Role::Patient))).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    /// The detailed health.
    pub async fn detailed(&self) -> Value {
        let response = self.get("/api/v1/health/detailed", None).await;
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }

    /// Waits until the value at `pointer` of the detailed health is `value`, and returns the whole.
    pub async fn detailed_until(&self, pointer: &str, value: &str) -> Value {
        eventually(&format!("{pointer} is {value}"), || async {
            let body = self.detailed().await;
            (body.pointer(pointer).and_then(Value::as_str) == Some(value)).then_some(body)
        })
        .await
    }
}
