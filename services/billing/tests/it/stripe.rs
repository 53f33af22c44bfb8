//! A simulated Stripe, for behavior that a real one cannot be made to show; `interop.rs` calls an
//! independent implementation. It keeps intents and idempotency keys as Stripe documents them.

use aws_lc_rs::hmac;
use mc_vocabulary::Clock;
use reqwest::Url;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

pub const WEBHOOK_SECRET: &str = "whsec_test";

/// How calls are answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Up,
    Declines,
    /// 503 for everything, and nothing is done.
    Down,
    /// A charge is made, and its response lost.
    LosesAnswers,
    /// A charge is refused with 429, after seconds.
    Busy,
    /// Lists are empty, and say that more follows.
    ListsNothing,
    /// Lists refuse every position.
    RefusesPositions,
}

struct World {
    mode: Mode,
    /// Status of a new intent.
    status: &'static str,
    clock: Clock,
    /// Oldest first.
    intents: Vec<Value>,
    keys: HashMap<String, (u16, Value)>,
    charges: Vec<(String, String)>,
    calls: Vec<String>,
}

#[derive(Clone)]
struct Shared(Arc<Mutex<World>>);

pub struct Stripe {
    pub server: MockServer,
    world: Shared,
}

impl Stripe {
    pub async fn start() -> Self {
        Self::start_at(Clock::System).await
    }

    /// With intents created by the time of `clock`.
    pub async fn start_at(clock: Clock) -> Self {
        let world = Shared(Arc::new(Mutex::new(World {
            mode: Mode::Up,
            status: "succeeded",
            clock,
            intents: Vec::new(),
            keys: HashMap::new(),
            charges: Vec::new(),
            calls: Vec::new(),
        })));
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(world.clone()).mount(&server).await;
        Self { server, world }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.0.lock().unwrap()
    }

    fn behaves(&self, mode: Mode, status: &'static str) {
        let mut world = self.world();
        (world.mode, world.status) = (mode, status);
        world.charges.clear();
        world.calls.clear();
    }

    /// Every charge is confirmed at once. The same key gives the same intent, another key another
    /// one.
    pub fn succeeds(&self) {
        self.behaves(Mode::Up, "succeeded");
    }

    /// New intents have `status`.
    pub fn makes_intents(&self, status: &'static str) {
        self.behaves(Mode::Up, status);
    }

    pub fn declines(&self) {
        self.behaves(Mode::Declines, "requires_payment_method");
    }

    pub fn is_down(&self) {
        self.behaves(Mode::Down, "succeeded");
    }

    /// Charges are made with `status`, but every response to them is a 500.
    pub fn loses_answers(&self, status: &'static str) {
        self.behaves(Mode::LosesAnswers, status);
    }

    /// Charges are not made: the response is 429, after four seconds.
    pub fn is_busy(&self) {
        self.behaves(Mode::Busy, "succeeded");
    }

    pub fn lists_nothing(&self) {
        self.behaves(Mode::ListsNothing, "succeeded");
    }

    pub fn refuses_positions(&self) {
        self.behaves(Mode::RefusesPositions, "succeeded");
    }

    /// As Stripe may do after 24 hours.
    pub fn forgets_keys(&self) {
        self.world().keys.clear();
    }

    /// The intent of `payment` changes, as it does when the patient acts in the browser.
    pub fn changes(&self, payment: &Value, status: &str) {
        let mut world = self.world();
        let intent = world.intents.iter_mut().find(|intent| of(intent, payment)).unwrap();
        intent["status"] = json!(status);
    }

    /// A person gives back what the intent of `payment` charged.
    pub fn refunds(&self, payment: &Value) {
        let mut world = self.world();
        let intent = world.intents.iter_mut().find(|intent| of(intent, payment)).unwrap();
        intent["latest_charge"] = json!({ "id": "ch_1", "refunded": true });
    }

    pub fn alters_amount(&self, payment: &Value, amount: i64) {
        let mut world = self.world();
        let intent = world.intents.iter_mut().find(|intent| of(intent, payment)).unwrap();
        intent["amount"] = json!(amount);
    }

    /// Every intent, oldest first: each one that is paid is a charge.
    pub fn intents(&self) -> Vec<Value> {
        self.world().intents.clone()
    }

    /// Adds intents of other systems on the same account, newer than those that exist.
    pub fn is_used_by_others(&self, count: usize) {
        let mut world = self.world();
        let created = world.clock.now().timestamp();
        for number in 0..count {
            let mut other = intent("succeeded", &format!("pi_other{number}"), "");
            other["created"] = json!(created);
            world.intents.push(other);
        }
    }

    /// The request to charge `payment` under its first key reaches Stripe only now.
    pub fn receives_late(&self, payment: &Value, status: &'static str) {
        let mut world = self.world();
        let id = payment["payment_id"].as_str().unwrap();
        let mut late = intent(status, &format!("pi_{id}"), id);
        late["created"] = json!(world.clock.now().timestamp());
        world.intents.push(late);
    }

    /// Idempotency keys and bodies of the charges since its behavior was last changed.
    pub fn charges(&self) -> Vec<(String, String)> {
        self.world().charges.clone()
    }

    /// Method and path of every call since its behavior was last changed.
    pub fn calls(&self) -> Vec<String> {
        self.world().calls.clone()
    }
}

fn of(intent: &Value, payment: &Value) -> bool {
    intent["metadata"]["payment_id"] == payment["payment_id"]
}

impl Respond for Shared {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut world = self.0.lock().unwrap();
        let path = request.url.path().to_owned();
        world.calls.push(format!("{} {path}", request.method));
        let segments: Vec<_> = path.split('/').skip(3).collect();
        let (status, body) = match (request.method.as_str(), &segments[..]) {
            ("POST", []) => world.create(request),
            _ if world.mode == Mode::Down => (503, json!({})),
            ("POST", [id, "cancel"]) => world.cancel(id),
            ("GET", [id]) => world.find(id),
            ("GET", []) if path == "/v1/payment_intents" => world.list(&request.url),
            _ => (200, json!({})),
        };
        let delay = Duration::from_secs(if status == 429 { 4 } else { 0 });
        ResponseTemplate::new(status).set_body_json(body).set_delay(delay)
    }
}

impl World {
    fn create(&mut self, request: &Request) -> (u16, Value) {
        let key = request.headers["idempotency-key"].to_str().unwrap().to_owned();
        let body = String::from_utf8(request.body.clone()).unwrap();
        self.charges.push((key.clone(), body.clone()));
        match self.mode {
            Mode::Down => return (503, json!({})),
            Mode::Busy => return (429, json!({})),
            _ => {}
        }
        if let Some(stored) = self.keys.get(&key) {
            return stored.clone();
        }
        let form = Url::parse(&format!("http://form/?{body}")).unwrap();
        let payment_id = form.query_pairs().find(|(name, _)| name == "metadata[payment_id]");
        let mut id = format!("pi_{key}");
        if self.intents.iter().any(|intent| intent["id"] == id.as_str()) {
            id = format!("{id}x{}", self.intents.len());
        }
        let mut made = intent(self.status, &id, &payment_id.unwrap().1);
        made["created"] = json!(self.clock.now().timestamp());
        let mut answer = (200, made.clone());
        if self.mode == Mode::Declines {
            let mut error =
                json!({ "type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds" });
            made["last_payment_error"] = error.clone();
            error["payment_intent"] = made.clone();
            answer = (402, json!({ "error": error }));
        }
        self.intents.push(made);
        if self.mode == Mode::LosesAnswers {
            return (500, json!({}));
        }
        self.keys.insert(key, answer.clone());
        answer
    }

    fn find(&self, id: &str) -> (u16, Value) {
        let found = self.intents.iter().find(|intent| intent["id"] == id);
        found.map_or((404, refusal("resource_missing")), |intent| (200, intent.clone()))
    }

    fn cancel(&mut self, id: &str) -> (u16, Value) {
        let Some(intent) = self.intents.iter_mut().find(|intent| intent["id"] == id) else {
            return (404, refusal("resource_missing"));
        };
        if ["succeeded", "processing", "canceled"]
            .iter()
            .any(|status| intent["status"] == *status)
        {
            return (400, refusal("payment_intent_unexpected_state"));
        }
        intent["status"] = json!("canceled");
        (200, intent.clone())
    }

    fn list(&self, url: &Url) -> (u16, Value) {
        let query: HashMap<_, _> = url.query_pairs().into_owned().collect();
        if self.mode == Mode::ListsNothing {
            return (200, json!({ "object": "list", "has_more": true, "data": [] }));
        }
        if self.mode == Mode::RefusesPositions && query.contains_key("starting_after") {
            return (400, refusal("parameter_invalid"));
        }
        let number = |name: &str| query.get(name).and_then(|text| text.parse::<i64>().ok());
        let (from, to) = (number("created[gte]").unwrap(), number("created[lte]").unwrap());
        let limit = usize::try_from(number("limit").unwrap()).unwrap();
        let newest_first = self.intents.iter().rev();
        let mut found: Vec<_> = newest_first
            .filter(|intent| (from..=to).contains(&intent["created"].as_i64().unwrap()))
            .collect();
        if let Some(after) = query.get("starting_after") {
            let place = found.iter().position(|intent| intent["id"] == after.as_str()).unwrap();
            found.drain(..=place);
        }
        let has_more = found.len() > limit;
        found.truncate(limit);
        (200, json!({ "object": "list", "has_more": has_more, "data": found }))
    }
}

fn refusal(code: &str) -> Value {
    json!({ "error": { "type": "invalid_request_error", "code": code } })
}

fn intent(status: &str, id: &str, payment_id: &str) -> Value {
    json!({ "id": id, "object": "payment_intent", "status": status, "amount": 2500, "currency": "usd",
        "client_secret": format!("{id}_secret_x"), "metadata": { "payment_id": payment_id } })
}

/// An event about `payment_id`, as the body that is signed.
pub fn event(id: &str, kind: &str, payment_id: &str) -> Vec<u8> {
    let object = intent("succeeded", &format!("pi_{payment_id}"), payment_id);
    json!({ "id": id, "object": "event", "type": kind, "livemode": false, "data": { "object": object } })
        .to_string()
        .into_bytes()
}

pub fn signature(body: &[u8], secret: &str, at: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, &[at.to_string().as_bytes(), b".", body].concat());
    format!("t={at},v1={}", hex::encode(tag))
}
