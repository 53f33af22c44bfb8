//! The app under test.

use crate::stripe::{Stripe, WEBHOOK_SECRET, event, signature};
use base64::{Engine, prelude::BASE64_STANDARD};
use mc_billing::{
    config::Settings,
    startup::{self, MIGRATOR},
};
use mc_chassis::{lifecycle::Lifecycle, telemetry::Telemetry};
use mc_contracts::{ConsentDecision, ConsentPurpose, ConsentRecorded};
use mc_keyring::{ExposeSecret, Secrets};
use mc_mailbox::Mailbox;
use mc_testkit::{Broker, Caller, Database, TokenIssuer, broker, eventually};
use mc_vocabulary::{Clock, ConsentId, OrganizationId, Role};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::{path::Path, sync::Arc};

pub const PATH: &str = "/api/v1/integrations/stripe/payment-intent";
pub const WEBHOOK: &str = "/api/v1/integrations/stripe/webhook";

pub struct TestApp {
    pub base: String,
    pub database: Database,
    pub broker: Broker,
    pub stripe: Stripe,
    pub issuer: TokenIssuer,
    pub organization_id: OrganizationId,
    http: reqwest::Client,
    lifecycle: Lifecycle,
    _secrets: tempfile::TempDir,
}

/// What a test varies.
#[derive(Default)]
pub struct TestOptions {
    /// Postgres is reached through this port.
    pub database_port: Option<u16>,
    /// Stripe is there.
    pub stripe_url: Option<String>,
    /// When to ask for a payment of which no webhook came.
    pub reconcile_after_ms: Option<i64>,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(TestOptions::default()).await
    }

    pub async fn start_with(vary: TestOptions) -> Self {
        mc_chassis::install_crypto();
        let (database, broker, stripe) = (
            Database::fresh("billing", &MIGRATOR).await,
            broker(),
            Stripe::start().await,
        );
        let secrets = tempfile::tempdir().unwrap();
        write_secrets(
            secrets.path(),
            database.serving_url_at(vary.database_port).expose_secret(),
            &broker.url,
        );
        let mut settings = Settings::load().unwrap();
        settings.http.bind = "127.0.0.1:0".parse().unwrap();
        settings.broker.prefix.clone_from(&broker.prefix);
        settings.stripe.upstream.base_url = vary.stripe_url.unwrap_or_else(|| stripe.server.uri()).parse().unwrap();
        settings.stripe.upstream.allow_private_addresses = true;
        settings.stripe.upstream.retries_max = 0;
        settings.stripe.upstream.breaker.open_ms = 300;
        "pm_card_visa".clone_into(&mut settings.stripe.default_payment_method);
        settings.stripe.reconcile_after_ms = vary.reconcile_after_ms.unwrap_or(60_000);
        let issuer = TokenIssuer::new();
        let telemetry = Arc::new(Telemetry::start("billing", &settings.telemetry).unwrap());
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
        let http = reqwest::Client::builder().build().unwrap();
        Self {
            base,
            database,
            broker,
            stripe,
            issuer,
            organization_id: OrganizationId::new(),
            http,
            lifecycle,
            _secrets: secrets,
        }
    }

    pub fn token(&self, role: Role) -> String {
        self.issuer.token(&Caller::new(self.organization_id, role))
    }

    /// Tells the consent of the patient of `encounter` as ehr-proxy does, and waits until it is known.
    pub async fn consents(&self, encounter: &str, decision: ConsentDecision) {
        let event = ConsentRecorded {
            consent_id: ConsentId::new(),
            patient_id: "pat-1".parse().unwrap(),
            purpose: ConsentPurpose::Payment,
            decision,
            encounter_id: Some(encounter.parse().unwrap()),
            grantee: None,
            recorded_at: chrono::Utc::now(),
        };
        let pool = self.database.serving.clone();
        let teller = Mailbox::new(
            "ehr-proxy",
            "billing",
            pool,
            self.broker.secret_url(),
            &self.broker.prefix,
            Clock::System,
        );
        let mut transaction = mc_access::tenancy::begin_as_platform(&self.database.serving)
            .await
            .unwrap();
        teller
            .enqueue(&mut transaction, Some(self.organization_id), &event)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
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

    pub async fn standing(&self, payment: &Value) -> Value {
        let path = format!("{PATH}/{}", payment["payment_id"].as_str().unwrap());
        self.call(Method::GET, &path, Some(&self.token(Role::Billing)), None, None)
            .await
            .json()
            .await
            .unwrap()
    }

    pub async fn becomes(&self, payment: &Value, status: &str) -> Value {
        eventually(&format!("the payment to be {status}"), || async {
            let now = self.standing(payment).await;
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

    pub async fn tells(&self, id: &str, kind: &str, payment: &Value) -> u16 {
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

    pub async fn stop(self) {
        self.lifecycle.finish().await;
    }
}

/// S0's body.
pub fn request() -> Value {
    json!({ "amount": 2500, "currency": "usd", "patient_encounter_id": "enc-1",
        "metadata": { "visit_type": "telemedicine_consultation", "provider": "dr_smith", "insurance_verified": true } })
}

fn write_secrets(folder: &Path, database_url: &str, broker_url: &str) {
    let key = BASE64_STANDARD.encode([7; 32]);
    for (name, value) in [
        ("database/url", database_url),
        ("broker/url", broker_url),
        ("stripe/api_key", "sk_test_1"),
        ("stripe/webhook_secret", WEBHOOK_SECRET),
        ("sealing-key/key_id", "s1"),
        ("sealing-key/key", &key),
    ] {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, value).unwrap();
    }
}
