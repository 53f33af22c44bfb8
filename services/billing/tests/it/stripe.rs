//! A simulated Stripe, for behavior that a real one cannot be made to show; `interop.rs` calls an
//! independent implementation.

use aws_lc_rs::hmac;
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{method, path, path_regex},
};

pub const WEBHOOK_SECRET: &str = "whsec_test";

pub struct Stripe {
    pub server: MockServer,
}

impl Stripe {
    pub async fn start() -> Self {
        let this = Self {
            server: MockServer::start().await,
        };
        this.succeeds().await;
        this
    }

    /// Every charge is confirmed at once. The same key gives the same intent, another key another
    /// one.
    pub async fn succeeds(&self) {
        self.server.reset().await;
        let charged = |request: &Request| {
            let key = request.headers["idempotency-key"].to_str().unwrap();
            ResponseTemplate::new(200).set_body_json(intent("succeeded", &format!("pi_{key}")))
        };
        Mock::given(method("POST"))
            .and(path("/v1/payment_intents"))
            .respond_with(charged)
            .mount(&self.server)
            .await;
        let found = |request: &Request| {
            let id = request.url.path().rsplit('/').next().unwrap().to_owned();
            ResponseTemplate::new(200).set_body_json(intent("succeeded", &id))
        };
        Mock::given(method("GET"))
            .and(path_regex("^/v1/payment_intents/pi_"))
            .respond_with(found)
            .mount(&self.server)
            .await;
        self.answers_probe(200).await;
    }

    pub async fn declines(&self) {
        self.server.reset().await;
        let error = json!({ "error": { "type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds",
            "message": "Your card has insufficient funds.", "payment_intent": intent("requires_payment_method", "pi_1") } });
        self.answers_creation(ResponseTemplate::new(402).set_body_json(error))
            .await;
    }

    pub async fn is_down(&self) {
        self.server.reset().await;
        self.answers_creation(ResponseTemplate::new(503)).await;
        self.answers_probe(503).await;
    }

    pub async fn answers_creation(&self, answer: ResponseTemplate) {
        Mock::given(method("POST"))
            .and(path("/v1/payment_intents"))
            .respond_with(answer)
            .mount(&self.server)
            .await;
    }

    async fn answers_probe(&self, status: u16) {
        Mock::given(method("GET"))
            .and(path("/v1/balance"))
            .respond_with(ResponseTemplate::new(status))
            .mount(&self.server)
            .await;
    }

    /// Idempotency keys and bodies of the charges since its behavior was last changed.
    pub async fn charges(&self) -> Vec<(String, String)> {
        let requests = self.server.received_requests().await.unwrap();
        requests
            .iter()
            .filter(|request| request.method.as_str() == "POST")
            .map(|request| {
                let key = request.headers["idempotency-key"].to_str().unwrap().to_owned();
                (key, String::from_utf8(request.body.clone()).unwrap())
            })
            .collect()
    }
}

pub fn intent(status: &str, id: &str) -> Value {
    json!({ "id": id, "object": "payment_intent", "status": status, "amount": 2500, "currency": "usd", "client_secret": "pi_1_secret_x", "metadata": {} })
}

/// An event about `payment_id`, as the body that is signed.
pub fn event(id: &str, kind: &str, payment_id: &str) -> Vec<u8> {
    let mut object = intent("succeeded", "pi_1");
    object["metadata"] = json!({ "payment_id": payment_id });
    json!({ "id": id, "object": "event", "type": kind, "livemode": false, "data": { "object": object } })
        .to_string()
        .into_bytes()
}

pub fn signature(body: &[u8], secret: &str, at: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, &[at.to_string().as_bytes(), b".", body].concat());
    format!("t={at},v1={}", hex::encode(tag))
}
