//! What comes in at Stripe beyond the payments: canceled where it has charged nobody, otherwise
//! counted until a person has given it back.

use crate::{
    app::TestApp,
    stripe::{WEBHOOK_SECRET, signature},
};
use chrono::Duration;
use mc_testkit::eventually;
use mc_vocabulary::Clock;
use reqwest::Method;
use serde_json::{Value, json};

const OPEN: &str = "SELECT count(*) FROM billing.surplus_intents WHERE next_look_at IS NOT NULL";

/// A payment that is canceled while Stripe has nothing of it.
async fn canceled(app: &TestApp, clock: &Clock) -> Value {
    app.stripe.is_down();
    let (_, payment) = app.charge("k1").await;
    app.stripe.succeeds();
    assert_eq!(app.cancel(&payment).await.0, 202);
    eventually("the payment to be canceled", || async {
        clock.advance(Duration::minutes(1));
        (app.stored(&payment).await.0 == "canceled").then_some(())
    })
    .await;
    payment
}

async fn event(app: &TestApp, clock: &Clock, event_id: &str, intent_id: &str, payment: &Value) {
    let object = json!({ "id": intent_id, "metadata": { "payment_id": payment["payment_id"] } });
    let body = json!({ "id": event_id, "type": "payment_intent.succeeded", "data": { "object": object } });
    let body = body.to_string().into_bytes();
    let signature = signature(&body, WEBHOOK_SECRET, clock.now().timestamp());
    assert_eq!(app.webhook(body, &signature).await, 200);
}

/// Waits for `count` records, and returns the last one.
async fn recorded(app: &TestApp, count: usize) -> Value {
    eventually("the records", || async {
        let mut records = app.audited("billing.payment.surplus").await;
        (records.len() == count).then(|| records.pop().unwrap())
    })
    .await
}

#[actix_web::test]
async fn a_charge_of_a_canceled_payment_is_recorded_and_counted_until_a_person_gave_it_back() {
    let (app, clock) = TestApp::start_with_clock().await;
    let payment = canceled(&app, &clock).await;
    app.stripe.receives_late(&payment, "succeeded");
    let intent_id = format!("pi_{}", payment["payment_id"].as_str().unwrap());
    event(&app, &clock, "evt_1", &intent_id, &payment).await;
    let record = recorded(&app, 1).await;
    assert_eq!(record["outcome"], "failure");
    assert_eq!(record["patient_id"], "pat-1");
    assert_eq!(record["details"]["surplus_intent_id"], intent_id);
    assert_eq!(record["details"]["surplus_status"], "succeeded");
    assert_eq!(app.database.count(OPEN).await, 1);
    assert_eq!(app.stored(&payment).await.0, "canceled");
    eventually("health to show it", || async {
        let components = app.call(Method::GET, "/internal/components", None, None, None).await;
        let components: Vec<Value> = components.json().await.unwrap();
        let stripe = components
            .into_iter()
            .find(|component| component["name"] == "stripe")
            .unwrap();
        (stripe["status"] == "degraded" && stripe.to_string().contains("1 surplus intents")).then_some(())
    })
    .await;
    // It is looked at again, and nothing is given back without a person.
    clock.advance(Duration::hours(1));
    eventually("another look", || async {
        let calls = app.stripe.calls();
        let looks = calls.iter().filter(|call| call.ends_with(&intent_id)).count();
        (looks >= 2).then_some(())
    })
    .await;
    assert!(app.stripe.calls().iter().all(|call| !call.contains("refund")));
    app.stripe.refunds(&payment);
    eventually("the intent to be settled", || async {
        clock.advance(Duration::hours(1));
        (app.database.count(OPEN).await == 0).then_some(())
    })
    .await;
    let record = recorded(&app, 2).await;
    assert_eq!(record["details"]["surplus_status"], "refunded");
    assert_eq!(record["outcome"], "success");
}

#[actix_web::test]
async fn an_intent_of_a_canceled_payment_that_charged_nobody_is_canceled() {
    let (app, clock) = TestApp::start_with_clock().await;
    let payment = canceled(&app, &clock).await;
    app.stripe.receives_late(&payment, "requires_action");
    let intent_id = format!("pi_{}", payment["payment_id"].as_str().unwrap());
    // Stripe is away just then: the event is not lost.
    app.stripe.is_down();
    event(&app, &clock, "evt_1", &intent_id, &payment).await;
    eventually("a look in vain", || async {
        (!app.stripe.calls().is_empty()).then_some(())
    })
    .await;
    app.stripe.succeeds();
    eventually("the intent to be canceled", || async {
        clock.advance(Duration::minutes(1));
        (app.stripe.intents()[0]["status"] == "canceled").then_some(())
    })
    .await;
    let record = recorded(&app, 1).await;
    assert_eq!(record["details"]["surplus_status"], "canceled");
    assert_eq!(record["outcome"], "success");
    assert_eq!(app.database.count(OPEN).await, 0);
}

#[actix_web::test]
async fn of_two_intents_that_a_search_finds_one_is_the_payments_and_the_other_is_canceled() {
    let (app, clock) = TestApp::start_with_clock().await;
    app.stripe.loses_answers("requires_action");
    let (_, payment) = app.charge("k1").await;
    app.stripe.forgets_keys();
    clock.advance(Duration::minutes(1));
    eventually("a second intent", || async {
        (app.stripe.intents().len() == 2).then_some(())
    })
    .await;
    app.stored_attempt_ends(&payment).await;
    app.stripe.succeeds();
    clock.advance(Duration::minutes(5));
    assert_eq!(app.cancel(&payment).await.0, 200);
    eventually("both to be canceled", || async {
        let intents = app.stripe.intents();
        intents
            .iter()
            .all(|intent| intent["status"] == "canceled")
            .then_some(())
    })
    .await;
    recorded(&app, 1).await;
    assert_eq!(app.database.count(OPEN).await, 0);
}

#[actix_web::test]
async fn an_event_that_names_the_intent_of_another_payment_cancels_nothing() {
    let (app, clock) = TestApp::start_with_clock().await;
    app.stripe.makes_intents("requires_action");
    let (_, first) = app.charge("k1").await;
    let (_, second) = app.charge("k2").await;
    let of_second = format!("pi_{}", second["payment_id"].as_str().unwrap());
    event(&app, &clock, "evt_1", &of_second, &first).await;
    eventually("the intent to be read", || async {
        let known = app.database.count("SELECT count(*) FROM billing.surplus_intents").await;
        (known == 1 && app.database.count(OPEN).await == 0).then_some(())
    })
    .await;
    assert!(
        app.stripe
            .intents()
            .iter()
            .all(|intent| intent["status"] == "requires_action")
    );
    assert!(app.audited("billing.payment.surplus").await.is_empty());
}
