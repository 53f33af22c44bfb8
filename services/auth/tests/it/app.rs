//! The app under test.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use mc_auth::{
    config::Settings,
    startup::{self, MIGRATOR},
};
use mc_chassis::{lifecycle::Lifecycle, telemetry::Telemetry};
use mc_keyring::Secrets;
use mc_testkit::{Broker, Database, broker};
use mc_vocabulary::Clock;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::{path::Path, sync::Arc};

pub const PASSWORD: &str = "a long enough password";
pub const TOTP_STEP_S: i64 = 30;

pub struct TestApp {
    pub base: String,
    pub database: Database,
    _broker: Broker,
    pub clock: Clock,
    pub organization_id: String,
    http: reqwest::Client,
    lifecycle: Lifecycle,
    secrets: tempfile::TempDir,
}

/// What the test varies.
#[derive(Default)]
pub struct TestOptions {
    /// Postgres is reached through this port.
    pub database_port: Option<u16>,
    /// RabbitMQ is reached by this address.
    pub broker_url: Option<String>,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(
            Database::fresh("auth", &MIGRATOR).await,
            broker(),
            TestOptions::default(),
        )
        .await
    }

    pub async fn start_with(database: Database, broker: Broker, vary: TestOptions) -> Self {
        mc_chassis::install_crypto();
        let secrets = tempfile::tempdir().unwrap();
        let broker_url = vary.broker_url.clone().unwrap_or_else(|| broker.url.clone());
        write_secrets(secrets.path(), &database, vary.database_port, &broker_url);
        let mut settings = Settings::load().unwrap();
        settings.http.bind = "127.0.0.1:0".parse().unwrap();
        settings.broker.prefix.clone_from(&broker.prefix);
        let clock = Clock::manual(Utc::now());
        let telemetry = Arc::new(Telemetry::start("auth", &settings.telemetry).unwrap());
        let app = startup::build(
            settings.clone(),
            Secrets::files(secrets.path()),
            clock.clone(),
            telemetry,
        )
        .await
        .unwrap();
        let (base, lifecycle) = (format!("http://127.0.0.1:{}", app.port), app.lifecycle());
        actix_web::rt::spawn(app.run());
        let http = reqwest::Client::builder().build().unwrap();
        let mut this = Self {
            base,
            database,
            _broker: broker,
            clock,
            organization_id: String::new(),
            http,
            lifecycle,
            secrets,
        };
        this.organization_id = this.bootstrap(&settings, "Clinic", "admin@clinic.test").await;
        this
    }

    pub async fn bootstrap(&self, settings: &Settings, name: &str, email: &str) -> String {
        let mut settings = settings.clone();
        settings.secrets = serde_json::from_value(json!({ "provider": "files", "dir": self.secrets.path() })).unwrap();
        let file = self.secrets.path().join("admin-password");
        std::fs::write(&file, PASSWORD).unwrap();
        mc_auth::startup::bootstrap(&settings, name.to_owned(), email.to_owned(), &file)
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

    pub async fn login(&self, email: &str) -> Value {
        let (status, body) = self
            .post("/api/v1/auth/login", None, credentials(email, PASSWORD))
            .await;
        assert_eq!(status, 200, "{body}");
        body
    }

    pub async fn admin_token(&self) -> String {
        self.login("admin@clinic.test").await["access_token"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub async fn stop(self) {
        self.lifecycle.finish().await;
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

/// One key a body, so that a repeat in a test is a repeat.
fn body_key(body: &Value) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    body.to_string().hash(&mut hasher);
    hasher.finish().to_string()
}

fn write_secrets(folder: &Path, database: &Database, port: Option<u16>, broker_url: &str) {
    use mc_keyring::ExposeSecret;
    let key = BASE64_STANDARD.encode([7; 32]);
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    let body = BASE64_STANDARD.encode(pkcs8.as_ref());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    let url = database.serving_url_at(port);
    for (name, value) in [
        ("database/url", url.expose_secret()),
        ("broker/url", broker_url),
        ("signing-key/private_key_pem", &pem),
        ("signing-key/kid", "k1"),
        ("sealing-key/key_id", "s1"),
        ("sealing-key/key", &key),
        ("blind-index/key", &key),
    ] {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, value).unwrap();
    }
}
