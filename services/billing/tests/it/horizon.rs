//! Attempts under one key end before Stripe forgets it; then the payment is searched for.

use crate::app::TestApp;
use chrono::Duration;
use mc_contracts::ConsentDecision;
use mc_testkit::eventually;
use serde_json::Value;

fn intents_of(app: &TestApp, payment: &Value) -> usize {
    let intents = app.stripe.intents();
    let own = |intent: &&Value| intent["metadata"]["payment_id"] == payment["payment_id"];
    intents.iter().filter(own).count()
}

#[actix_web::test]
async fn after_23_hours_a_charge_whose_answer_was_lost_is_found_and_not_made_again() {
    let (app, clock) = TestApp::start_with_clock().await;
    app.stripe.loses_answers("succeeded");
    let (status, payment) = app.charge("k1").await;
    assert_eq!(status, 202);
    // More than one step reads, and an account that others use too.
    app.stripe.is_used_by_others(620);
    app.stripe.succeeds();
    app.stripe.forgets_keys();
    clock.advance(Duration::hours(23));
    app.stored_becomes(&payment, "succeeded").await;
    assert_eq!(intents_of(&app, &payment), 1);
    assert!(
        app.stripe.charges().is_empty(),
        "it is searched for before it is charged"
    );
}

#[actix_web::test]
async fn after_23_hours_a_charge_that_never_arrived_is_made_once_under_a_new_key() {
    let (app, clock) = TestApp::start_with_clock().await;
    app.stripe.is_down();
    let (status, payment) = app.charge("k1").await;
    assert_eq!(status, 202);
    app.stripe.is_used_by_others(3);
    app.stripe.succeeds();
    clock.advance(Duration::hours(23));
    app.stored_becomes(&payment, "processing").await;
    let keys: Vec<_> = app.stripe.charges().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, [format!("{}-1", payment["payment_id"].as_str().unwrap())]);
    assert_eq!(intents_of(&app, &payment), 1);
    assert_eq!(
        app.stripe.calls()[0],
        "GET /v1/payment_intents",
        "the search comes first"
    );
}

#[actix_web::test]
async fn until_then_every_attempt_has_the_same_key() {
    let (app, clock) = TestApp::start_with_clock().await;
    app.stripe.loses_answers("succeeded");
    let (_, payment) = app.charge("k1").await;
    app.stripe.succeeds();
    clock.advance(Duration::hours(22));
    app.stored_becomes(&payment, "processing").await;
    let keys: Vec<_> = app.stripe.charges().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, [payment["payment_id"].as_str().unwrap()]);
}

#[actix_web::test]
async fn a_consent_that_was_withdrawn_ends_the_attempts_and_nothing_is_charged() {
    let (app, clock) = TestApp::start_with_clock().await;
    app.stripe.is_down();
    let (_, payment) = app.charge("k1").await;
    app.consents("enc-1", ConsentDecision::Deny).await;
    app.stripe.succeeds();
    clock.advance(Duration::minutes(5));
    let code = app.stored_becomes(&payment, "canceled").await;
    assert_eq!(code.as_deref(), Some("consent_withdrawn"));
    assert_eq!(intents_of(&app, &payment), 0);
    assert!(app.stripe.charges().is_empty());
    let processed = app.audited("billing.payment.processed").await;
    assert_eq!(processed[0]["details"]["status"], "canceled");
    assert_eq!(processed[0]["outcome"], "failure");
}

#[actix_web::test]
async fn a_charge_made_before_the_consent_was_withdrawn_is_not_hidden() {
    let (app, clock) = TestApp::start_with_clock().await;
    app.stripe.loses_answers("succeeded");
    let (_, payment) = app.charge("k1").await;
    app.consents("enc-1", ConsentDecision::Deny).await;
    app.stripe.succeeds();
    clock.advance(Duration::minutes(5));
    app.stored_becomes(&payment, "succeeded").await;
    assert!(app.stripe.charges().is_empty());
}

/// The last attempt before the horizon is slow: it is still on its way when the search begins, and
/// its intent comes before the pages that were read.
#[actix_web::test]
async fn an_attempt_that_arrives_after_a_long_search_began_is_found_and_not_made_again() {
    let (app, clock) = TestApp::start_with_clock().await;
    app.stripe.is_down();
    let (_, payment) = app.charge("k1").await;
    clock.advance(Duration::hours(23) - Duration::seconds(30));
    eventually("the last attempt", || async {
        (app.stripe.charges().len() == 2).then_some(())
    })
    .await;
    app.stored_attempt_ends(&payment).await;
    app.stripe.is_used_by_others(1_220);
    app.stripe.succeeds();
    clock.advance(Duration::seconds(40));
    eventually("the search of all pages", || async {
        let pages = app.stripe.calls().into_iter().filter(|call| call.starts_with("GET"));
        (pages.count() >= 5).then_some(())
    })
    .await;
    app.stripe.receives_late(&payment, "succeeded");
    eventually("the payment to succeed", || async {
        clock.advance(Duration::minutes(1));
        (app.stored(&payment).await.0 == "succeeded").then_some(())
    })
    .await;
    assert_eq!(intents_of(&app, &payment), 1);
    assert!(app.stripe.charges().is_empty(), "it is not charged under another key");
}

#[actix_web::test]
async fn an_attempt_that_arrives_after_a_long_search_began_is_not_hidden_by_a_cancellation() {
    let (app, clock) = TestApp::start_with_clock().await;
    app.stripe.is_down();
    let (_, payment) = app.charge("k1").await;
    app.stripe.is_used_by_others(620);
    app.stripe.succeeds();
    assert_eq!(app.cancel(&payment).await.0, 202, "the attempt may still arrive");
    app.stripe.receives_late(&payment, "requires_action");
    eventually("the payment to be canceled", || async {
        clock.advance(Duration::minutes(1));
        (app.stored(&payment).await.0 == "canceled").then_some(())
    })
    .await;
    let late = app.stripe.intents().pop().unwrap();
    assert_eq!(late["status"], "canceled", "at the processor too");
}

#[actix_web::test]
async fn an_empty_page_that_is_not_the_last_shows_nothing() {
    let (app, clock) = TestApp::start_with_clock().await;
    app.stripe.loses_answers("succeeded");
    let (_, payment) = app.charge("k1").await;
    app.stripe.forgets_keys();
    app.stripe.lists_nothing();
    clock.advance(Duration::hours(23));
    eventually("two searches", || async {
        clock.advance(Duration::minutes(1));
        (app.stripe.calls().len() >= 2).then_some(())
    })
    .await;
    app.stripe.succeeds();
    eventually("the payment to succeed", || async {
        clock.advance(Duration::minutes(1));
        (app.stored(&payment).await.0 == "succeeded").then_some(())
    })
    .await;
    assert_eq!(intents_of(&app, &payment), 1);
    assert!(app.stripe.charges().is_empty());
}

#[actix_web::test]
async fn a_search_whose_position_is_refused_begins_again_after_a_pause() {
    let (app, clock) = TestApp::start_with_clock().await;
    app.stripe.is_down();
    let (_, payment) = app.charge("k1").await;
    app.stripe.is_used_by_others(120);
    app.stripe.refuses_positions();
    clock.advance(Duration::hours(23));
    let calls = || app.stripe.calls().len();
    eventually("a search", || async { (calls() == 2).then_some(()) }).await;
    // A worker looks for what is due every half second.
    actix_web::rt::time::sleep(std::time::Duration::from_millis(1_500)).await;
    assert_eq!(calls(), 2, "not before the clock moves");
    app.stripe.succeeds();
    clock.advance(Duration::minutes(1));
    app.stored_becomes(&payment, "processing").await;
}
