//! Auth under test, with one organization and its admin.

use chrono::{DateTime, Utc};
use mc_auth::{commands, startup::SERVICE};
use mc_keyring::Secrets;
use mc_testkit::{Broker, Database, ServiceUnderTest, TestOptions, broker};
use mc_vocabulary::Clock;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::ops::Deref;

pub const PASSWORD: &str = "a long enough password";
pub const TOTP_STEP_S: i64 = 30;

pub struct TestApp {
    service: ServiceUnderTest,
    pub clock: Clock,
    /// The organization of `admin@clinic.test`.
    pub clinic_id: String,
    http: reqwest::Client,
}

impl Deref for TestApp {
    type Target = ServiceUnderTest;

    fn deref(&self) -> &ServiceUnderTest {
        &self.service
    }
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(broker(), TestOptions::default()).await
    }

    /// With these options and a manual clock.
    pub async fn start_with(broker: Broker, options: TestOptions) -> Self {
        let clock = Clock::manual(Utc::now());
        let options = TestOptions {
            clock: clock.clone(),
            ..options
        };
        let database = Database::fresh(SERVICE.schema, SERVICE.migrations).await;
        let service = ServiceUnderTest::start_on(&SERVICE, database, broker, options, |_, _| {}).await;
        let mut this = Self {
            service,
            clock,
            clinic_id: String::new(),
            http: reqwest::Client::builder().build().unwrap(),
        };
        this.clinic_id = this.bootstrap("Clinic", "admin@clinic.test").await;
        this
    }

    /// Runs the subcommand `bootstrap` and returns the organization's id.
    pub async fn bootstrap(&self, name: &str, email: &str) -> String {
        let file = self.secrets.path().join("admin-password");
        std::fs::write(&file, PASSWORD).unwrap();
        let (settings, secrets) = (SERVICE.settings().unwrap(), Secrets::files(self.secrets.path()));
        commands::bootstrap(settings, secrets, name, email.to_owned(), &file)
            .await
            .unwrap();
        let id: uuid::Uuid = sqlx::query_scalar("SELECT id FROM auth.organizations WHERE name = $1")
            .bind(name)
            .fetch_one(&self.database.owner)
            .await
            .unwrap();
        id.to_string()
    }

    pub async fn call(&self, method: Method, path: &str, token: Option<&str>, body: Option<Value>) -> Response {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body).header("Idempotency-Key", body_key(&body));
        }
        request.send().await.unwrap()
    }

    pub async fn post(&self, path: &str, token: Option<&str>, body: Value) -> (u16, Value) {
        let response = self.call(Method::POST, path, token, Some(body)).await;
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or_default())
    }

    /// A POST from another network address, as the front door reports it.
    pub async fn post_from(&self, address: &str, path: &str, body: Value) -> (u16, Value) {
        let request = self.http.post(format!("{}{path}", self.base)).json(&body);
        let response = request.header("X-Forwarded-For", address).send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or_default())
    }

    pub async fn login(&self, email: &str) -> Value {
        let (status, body) = self
            .post("/api/v1/auth/login", None, credentials(email, PASSWORD))
            .await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// Signs in and returns the access token.
    pub async fn access_token(&self, email: &str) -> String {
        self.login(email).await["access_token"].as_str().unwrap().to_owned()
    }

    pub async fn admin_token(&self) -> String {
        self.access_token("admin@clinic.test").await
    }
}

pub fn credentials(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password, "device_id": "workstation" })
}

/// The code that an authenticator app shows at `at`.
pub fn code(secret: &str, at: DateTime<Utc>) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new()
        .with_secret(secret)
        .with_account_name("a")
        .build()
        .unwrap();
    totp.generate(u64::try_from(at.timestamp()).unwrap()).to_string()
}

/// The same key for the same body, so that a repeat in a test is a repeat.
fn body_key(body: &Value) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    body.to_string().hash(&mut hasher);
    hasher.finish().to_string()
}
