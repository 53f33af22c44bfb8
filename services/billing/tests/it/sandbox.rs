//! Against the Stripe of test mode: the sandbox itself, with its own rules of intents, keys and
//! signed events.

use crate::{
    app::{BillingOptions, PATH, TestApp, request},
    stripe::WEBHOOK_SECRET,
};
use mc_contracts::ConsentDecision;
use mc_sandbox::startup::SERVICE;
use mc_testkit::{ServiceUnderTest, TestOptions, eventually};
use mc_vocabulary::Role;
use reqwest::Method;
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::any};

struct TestMode {
    billing: TestApp,
    sandbox: ServiceUnderTest,
    /// Where the sandbox sends its events; the test passes them on.
    events: MockServer,
    http: reqwest::Client,
}

impl TestMode {
    async fn start() -> Self {
        let events = MockServer::start().await;
        Mock::given(any())
            .respond_with(ResponseTemplate::new(200))
            .mount(&events)
            .await;
        let sandbox = ServiceUnderTest::start(&SERVICE, TestOptions::default(), |settings, secrets| {
            settings.own.stripe.webhook_url = events.uri().parse().unwrap();
            for (field, value) in [
                ("stripe/api_key", "sk_test_1"),
                ("stripe/webhook_secret", WEBHOOK_SECRET),
                ("payer/username", "payer"),
                ("payer/password", "payer"),
                ("ehr-clients/clients", "[]"),
            ] {
                secrets.write(field, value);
            }
        })
        .await;
        let billing = TestApp::start_with(BillingOptions {
            stripe_url: Some(format!("{}/stripe", sandbox.base)),
            ..BillingOptions::default()
        })
        .await;
        billing.consents("enc-1", ConsentDecision::Permit).await;
        Self {
            billing,
            sandbox,
            events,
            http: reqwest::Client::builder().build().unwrap(),
        }
    }

    async fn charge(&self, key: &str, card: &str) -> (u16, Value) {
        let mut body = request();
        body["payment_method"] = json!(card);
        let token = self.billing.token(Role::Doctor);
        let call = self
            .billing
            .call(Method::POST, PATH, Some(&token), Some(key), Some(&body));
        let answer = call.await;
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// The sandbox's event of this type.
    async fn event(&self, kind: &str) -> Request {
        eventually(kind, || async {
            let events = self.events.received_requests().await.unwrap();
            let mut events = events.into_iter();
            events.find(|event| event.body_json::<Value>().unwrap()["type"] == kind)
        })
        .await
    }

    async fn deliver(&self, event: &Request) -> u16 {
        let signature = event.headers["stripe-signature"].to_str().unwrap();
        self.billing.webhook(event.body.clone(), signature).await
    }

    /// What the cards of test mode were charged.
    async fn charges(&self) -> Vec<Value> {
        let request = self.http.get(format!("{}/_admin/charges", self.sandbox.base));
        let body: Value = request.send().await.unwrap().json().await.unwrap();
        body["charges"].as_array().unwrap().clone()
    }
}

#[actix_web::test]
async fn a_charge_in_test_mode_is_paid_by_the_event_that_it_signs() {
    let mode = TestMode::start().await;
    let (status, payment) = mode.charge("k1", "pm_card_visa").await;
    assert_eq!((status, &payment["status"]), (201, &json!("processing")), "{payment}");
    let event = mode.event("payment_intent.succeeded").await;
    let mut forged = event.clone();
    forged.body.push(b' ');
    assert_eq!(mode.deliver(&forged).await, 400);
    assert_eq!(mode.billing.payment(&payment).await["status"], "processing");
    for _ in 0..2 {
        assert_eq!(mode.deliver(&event).await, 200);
    }
    mode.billing.becomes(&payment, "succeeded").await;
    let (_, repeated) = mode.charge("k1", "pm_card_visa").await;
    assert_eq!(repeated["payment_id"], payment["payment_id"]);
    let charges = mode.charges().await;
    assert_eq!((charges.len(), &charges[0]["amount"]), (1, &json!(2500)), "{charges:?}");
}

#[actix_web::test]
async fn a_charge_in_test_mode_whose_answer_is_lost_is_made_once() {
    let mode = TestMode::start().await;
    let fault = json!({ "target": "stripe", "fault": "answer_lost", "times": 1 });
    let url = format!("{}/_admin/faults", mode.sandbox.base);
    let switched = mode.http.put(url).json(&fault).send().await.unwrap();
    assert_eq!(switched.status(), 200);
    let (status, payment) = mode.charge("k1", "pm_card_visa").await;
    assert_eq!((status, &payment["status"]), (202, &json!("pending")));
    let event = mode.event("payment_intent.succeeded").await;
    assert_eq!(mode.deliver(&event).await, 200);
    mode.billing.becomes(&payment, "succeeded").await;
    assert_eq!(mode.charges().await.len(), 1);
}

#[actix_web::test]
async fn a_charge_in_test_mode_that_waits_for_the_patient_is_canceled_there() {
    let mode = TestMode::start().await;
    let (_, payment) = mode.charge("k1", "pm_card_authenticationRequired").await;
    assert_eq!(payment["status"], "requires_action", "{payment}");
    let (status, canceled) = mode.billing.cancel(&payment).await;
    assert_eq!((status, &canceled["status"]), (200, &json!("canceled")));
    let event = mode.event("payment_intent.canceled").await;
    assert_eq!(mode.deliver(&event).await, 200);
    assert_eq!(mode.billing.payment(&payment).await["status"], "canceled");
    assert_eq!(mode.charges().await, Vec::<Value>::new());
}
