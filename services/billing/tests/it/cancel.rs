//! Canceling a payment: here where it was never sent, otherwise as the processor decides.

use crate::app::TestApp;
use chrono::Duration;
use mc_testkit::eventually;
use serde_json::Value;

fn keys(app: &TestApp) -> Vec<String> {
    app.stripe.charges().into_iter().map(|(key, _)| key).collect()
}

#[actix_web::test]
async fn a_payment_that_was_never_sent_is_canceled_here() {
    let (app, clock) = TestApp::start_with_clock().await;
    app.stripe.is_down();
    for key in ["k1", "k2", "k3"] {
        assert_eq!(app.charge(key).await.0, 202);
    }
    // The breaker is open now.
    let (_, payment) = app.charge("k4").await;
    let (status, canceled) = app.cancel(&payment).await;
    assert_eq!((status, canceled["status"].as_str().unwrap()), (200, "canceled"));
    assert!(canceled["failure_code"].is_null());
    app.stripe.succeeds();
    // An attempt that failed just now is due again later.
    eventually("the other three to be charged", || async {
        clock.advance(Duration::minutes(1));
        (app.stripe.intents().len() == 3).then_some(())
    })
    .await;
    let own = payment["payment_id"].as_str().unwrap().to_owned();
    assert!(!keys(&app).contains(&own));
    assert_eq!(app.stored(&payment).await.0, "canceled");
    let record = &app.audited("billing.payment.canceled").await[0];
    assert_eq!(record["details"]["status"], "canceled");
    assert_eq!(record["patient_id"], "pat-1");
}

#[actix_web::test]
async fn a_payment_that_may_be_at_the_processor_is_searched_and_canceled_there() {
    let (app, _) = TestApp::start_with_clock().await;
    app.stripe.loses_answers("requires_action");
    let (status, payment) = app.charge("k1").await;
    assert_eq!(status, 202);
    app.stripe.succeeds();
    let (status, canceled) = app.cancel(&payment).await;
    assert_eq!((status, canceled["status"].as_str().unwrap()), (200, "canceled"));
    assert_eq!(app.stripe.intents()[0]["status"], "canceled");
    assert!(
        keys(&app).iter().all(|key| key.contains("-cancel-")),
        "nothing is charged"
    );
}

#[actix_web::test]
async fn a_payment_whose_attempt_may_still_arrive_is_canceled_when_it_no_longer_can() {
    let (app, clock) = TestApp::start_with_clock().await;
    app.stripe.is_down();
    let (_, payment) = app.charge("k1").await;
    app.stripe.succeeds();
    let (status, waiting) = app.cancel(&payment).await;
    assert_eq!((status, waiting["status"].as_str().unwrap()), (202, "pending"));
    clock.advance(Duration::minutes(5));
    app.stored_becomes(&payment, "canceled").await;
    assert!(
        app.stripe.intents().is_empty(),
        "never charged after the request to cancel"
    );
    assert!(keys(&app).is_empty());
}

#[actix_web::test]
async fn an_intent_is_canceled_at_the_processor_and_a_repeat_changes_nothing() {
    let (app, _) = TestApp::start_with_clock().await;
    app.stripe.makes_intents("requires_action");
    let (_, payment) = app.charge("k1").await;
    assert_eq!(payment["status"], "requires_action");
    for _ in 0..2 {
        let (status, canceled) = app.cancel(&payment).await;
        assert_eq!((status, canceled["status"].as_str().unwrap()), (200, "canceled"));
    }
    assert_eq!(app.stripe.intents()[0]["status"], "canceled");
    let cancels = app.stripe.calls().into_iter().filter(|call| call.ends_with("/cancel"));
    assert_eq!(cancels.count(), 1);
    assert_eq!(app.audited("billing.payment.processed").await.len(), 2);
}

#[actix_web::test]
async fn a_payment_that_is_paid_cannot_be_canceled() {
    let (app, _) = TestApp::start_with_clock().await;
    let (_, payment) = app.charge("k1").await;
    assert_eq!(
        payment["status"], "processing",
        "Stripe has charged it, we do not know yet"
    );
    for _ in 0..2 {
        let (status, problem): (u16, Value) = app.cancel(&payment).await;
        assert_eq!(
            (status, problem["type"].as_str().unwrap()),
            (409, "urn:medconnect:problem:conflict")
        );
    }
    assert_eq!(app.stored(&payment).await.0, "succeeded");
    assert_eq!(app.stripe.intents()[0]["status"], "succeeded");
}

#[actix_web::test]
async fn while_stripe_is_away_the_request_to_cancel_is_kept() {
    let (app, clock) = TestApp::start_with_clock().await;
    app.stripe.makes_intents("requires_payment_method");
    let (_, payment) = app.charge("k1").await;
    app.stripe.is_down();
    let (status, waiting) = app.cancel(&payment).await;
    assert_eq!(
        (status, waiting["status"].as_str().unwrap()),
        (202, "requires_payment_method")
    );
    app.stripe.succeeds();
    clock.advance(Duration::hours(1));
    app.stored_becomes(&payment, "canceled").await;
    assert_eq!(app.stripe.intents()[0]["status"], "canceled");
}

#[actix_web::test]
async fn a_declined_payment_can_be_canceled_so_that_no_other_card_pays_it() {
    let (app, _) = TestApp::start_with_clock().await;
    app.stripe.declines();
    let (status, _) = app.charge("k1").await;
    assert_eq!(status, 402);
    let id: uuid::Uuid = sqlx::query_scalar("SELECT id FROM billing.payments")
        .fetch_one(&app.database.owner)
        .await
        .unwrap();
    let payment = serde_json::json!({ "payment_id": id });
    let (status, canceled) = app.cancel(&payment).await;
    assert_eq!((status, canceled["status"].as_str().unwrap()), (200, "canceled"));
    assert_eq!(app.stripe.intents()[0]["status"], "canceled");
}

/// The first attempt reports that nothing was sent, after another attempt and a request to cancel.
#[actix_web::test]
async fn a_first_attempt_that_was_not_sent_does_not_hide_a_later_one() {
    let (app, clock) = TestApp::start_with_clock().await;
    app.stripe.is_busy();
    let later = async {
        eventually("the first attempt", || async {
            (app.stripe.charges().len() == 1).then_some(())
        })
        .await;
        app.stripe.is_down();
        clock.advance(Duration::seconds(21));
        eventually("the attempt of a worker", || async {
            (app.stripe.charges().len() == 1).then_some(())
        })
        .await;
        let id: uuid::Uuid = sqlx::query_scalar("SELECT id FROM billing.payments")
            .fetch_one(&app.database.owner)
            .await
            .unwrap();
        let payment = serde_json::json!({ "payment_id": id });
        app.stored_attempt_ends(&payment).await;
        app.stripe.succeeds();
        assert_eq!(app.cancel(&payment).await.0, 202, "the attempt may still arrive");
        payment
    };
    let ((status, _), payment) = futures_util::future::join(app.charge("k1"), later).await;
    assert_eq!(status, 202);
    app.stripe.receives_late(&payment, "succeeded");
    eventually("the payment to be settled", || async {
        clock.advance(Duration::minutes(1));
        (app.stored(&payment).await.0 != "pending").then_some(())
    })
    .await;
    assert_eq!(app.stored(&payment).await.0, "succeeded");
}
