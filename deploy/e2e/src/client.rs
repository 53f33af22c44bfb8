//! The HTTP client: one trace, bearer tokens, JSON.

use anyhow::{Context, Result, bail};
use chrono::Utc;
use rand::Rng;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A client of the front door, on one trace.
pub struct Client {
    http: reqwest::Client,
    base: String,
    /// 32 hex digits; every request carries it.
    pub trace_id: String,
}

/// What came back.
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `X-Trace-Id`.
    pub trace_id: String,
    /// JSON body; null where there is none.
    pub body: Value,
    /// How long it took.
    pub took: Duration,
}

impl Reply {
    /// A field of the body as text; empty where it is none.
    pub fn text(&self, pointer: &str) -> &str {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// What the body says went wrong, for people.
    pub fn complaint(&self) -> String {
        let detail = [self.text("/detail"), self.text("/issue/0/diagnostics")]
            .into_iter()
            .find(|text| !text.is_empty());
        format!("answered {} {}", self.status, detail.unwrap_or_default())
    }
}

impl Client {
    /// A client with a fresh trace.
    pub fn new(front_door: &str) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(40)).build()?;
        Ok(Self {
            http,
            base: front_door.trim_end_matches('/').to_owned(),
            trace_id: hex(16),
        })
    }

    /// The same client on another trace.
    pub fn on_trace(&self, trace_id: String) -> Self {
        Self {
            http: self.http.clone(),
            base: self.base.clone(),
            trace_id,
        }
    }

    /// Sends a request and reads the answer as JSON.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Reply> {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .header("traceparent", format!("00-{}-{}-01", self.trace_id, hex(8)));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let started = Instant::now();
        let response = request
            .send()
            .await
            .with_context(|| format!("no answer from the front door at {}", self.base))?;
        let status = response.status().as_u16();
        let trace_id = response
            .headers()
            .get("x-trace-id")
            .and_then(|id| id.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let bytes = response.bytes().await?;
        let took = started.elapsed();
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).unwrap_or(Value::Null)
        };
        Ok(Reply {
            status,
            trace_id,
            body,
            took,
        })
    }

    /// `GET path`.
    pub async fn get(&self, path: &str, token: Option<&str>) -> Result<Reply> {
        self.send(Method::GET, path, token, &[], None).await
    }

    /// `GET path`, which answers with text.
    pub async fn get_text(&self, path: &str, token: &str) -> Result<String> {
        let request = self.http.get(format!("{}{path}", self.base)).bearer_auth(token);
        let response = request.send().await?.error_for_status()?;
        Ok(response.text().await?)
    }

    /// `POST path` with a body.
    pub async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Result<Reply> {
        self.send(Method::POST, path, token, &[], Some(body)).await
    }

    /// `POST path` of something that is created once for `key`.
    pub async fn create(&self, path: &str, token: &str, key: &str, body: &Value) -> Result<Reply> {
        self.send(Method::POST, path, Some(token), &[("Idempotency-Key", key)], Some(body))
            .await
    }

    /// First factor.
    pub async fn login(&self, email: &str, password: &str, device_id: &str) -> Result<Reply> {
        let body = json!({ "email": email, "password": password, "device_id": device_id });
        self.post("/api/v1/auth/login", None, &body).await
    }

    /// Both factors; the last reply.
    pub async fn sign_in(&self, account: &Value, device_id: &str) -> Result<Reply> {
        let reply = self
            .login(text(account, "email"), text(account, "password"), device_id)
            .await?;
        if reply.body["mfa_required"] != true {
            return Ok(reply);
        }
        let body = json!({ "mfa_token": reply.body["mfa_token"], "code": code(text(account, "totp_secret"))? });
        self.post("/api/v1/auth/mfa/verify", None, &body).await
    }

    /// An access token of an account.
    pub async fn token(&self, account: &Value) -> Result<String> {
        let reply = self.sign_in(account, "clinic_workstation").await?;
        match reply.body["access_token"].as_str() {
            Some(token) => Ok(token.to_owned()),
            None => bail!("sign-in as {} {}", text(account, "role"), reply.complaint()),
        }
    }
}

/// A field as text; empty where it is none.
pub fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// The code that an authenticator app shows now.
fn code(secret: &str) -> Result<String> {
    let secret = totp_rs::Secret::try_from_base32(secret)
        .ok()
        .context("the TOTP secret of test-mode.json is malformed")?;
    let totp = totp_rs::Builder::new()
        .with_secret(secret)
        .with_account_name("account")
        .build()
        .ok()
        .context("no TOTP")?;
    let now = u64::try_from(now().timestamp())?;
    Ok(totp.generate(now).to_string())
}

/// The time.
#[expect(
    clippy::disallowed_methods,
    reason = "an ordinary client looks at the ordinary clock"
)]
pub fn now() -> chrono::DateTime<Utc> {
    Utc::now()
}

/// `bytes` random bytes in hexadecimal.
pub fn hex(bytes: usize) -> String {
    let mut random = rand::rng();
    (0..bytes * 2)
        .filter_map(|_| char::from_digit(random.random_range(0..16), 16))
        .collect()
}
