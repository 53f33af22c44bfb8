//! Webhooks: proven, once, in any order.

use crate::{
    app::TestApp,
    stripe::{WEBHOOK_SECRET, event, signature},
};
use mc_contracts::ConsentDecision;
use mc_testkit::eventually;

#[actix_web::test]
async fn a_forged_or_stale_webhook_changes_nothing() {
    let app = TestApp::start().await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    let (_, payment) = app.charge("k1").await;
    let body = event(
        "evt_1",
        "payment_intent.succeeded",
        payment["payment_id"].as_str().unwrap(),
    );
    let now = chrono::Utc::now().timestamp();
    assert_eq!(
        app.webhook(body.clone(), &signature(&body, "whsec_guess", now)).await,
        400
    );
    assert_eq!(
        app.webhook(body.clone(), &signature(&body, WEBHOOK_SECRET, now - 600))
            .await,
        400
    );
    assert_eq!(
        app.webhook(b"{}".to_vec(), &signature(&body, WEBHOOK_SECRET, now))
            .await,
        400
    );
    assert_eq!(app.webhook(body, "nonsense").await, 400);
    assert_eq!(app.payment(&payment).await["status"], "processing");
}

#[actix_web::test]
async fn doubled_and_late_events_are_applied_once_and_never_backwards() {
    let app = TestApp::start().await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    let (_, payment) = app.charge("k1").await;
    for (id, kind) in [
        ("evt_2", "payment_intent.succeeded"),
        ("evt_2", "payment_intent.succeeded"),
        ("evt_1", "payment_intent.processing"),
        ("evt_0", "payment_intent.created"),
        ("evt_3", "payment_intent.payment_failed"),
    ] {
        assert_eq!(app.webhook_for(id, kind, &payment).await, 200, "{id}");
    }
    assert_eq!(app.payment(&payment).await["status"], "succeeded");
    let statuses: Vec<_> = app.audited("billing.payment.processed").await;
    let statuses: Vec<_> = statuses.iter().map(|record| &record["details"]["status"]).collect();
    assert_eq!(statuses, ["processing", "succeeded"]);
}

#[actix_web::test]
async fn the_status_is_what_stripe_answers_and_not_what_the_event_says() {
    let app = TestApp::start().await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    app.stripe.makes_intents("requires_action");
    let (_, payment) = app.charge("k1").await;
    for (id, kind) in [
        ("evt_1", "payment_intent.succeeded"),
        ("evt_2", "payment_intent.canceled"),
        ("evt_3", "payment_intent.payment_failed"),
    ] {
        assert_eq!(app.webhook_for(id, kind, &payment).await, 200);
        assert_eq!(app.payment(&payment).await["status"], "requires_action", "{kind}");
        assert_eq!(app.forgotten().await, 0, "{kind}: it is still looked at");
    }
    app.stripe.changes(&payment, "succeeded");
    app.webhook_for("evt_4", "payment_intent.processing", &payment).await;
    assert_eq!(app.payment(&payment).await["status"], "succeeded", "at once");
}

#[actix_web::test]
async fn an_event_settles_a_payment_whose_response_was_lost() {
    let (app, _) = TestApp::start_with_clock().await;
    app.stripe.loses_answers("succeeded");
    let (status, payment) = app.charge("k1").await;
    assert_eq!(status, 202);
    app.stripe.succeeds();
    app.webhook_for("evt_1", "payment_intent.succeeded", &payment).await;
    let settled = app.payment(&payment).await;
    assert_eq!(settled["status"], "succeeded");
    assert_eq!(settled["payment_intent_id"], app.stripe.intents()[0]["id"]);
    assert!(app.stripe.charges().is_empty());
}

#[actix_web::test]
async fn an_event_that_comes_while_stripe_is_away_is_not_lost() {
    let (app, clock) = TestApp::start_with_clock().await;
    let (_, payment) = app.charge("k1").await;
    app.stripe.is_down();
    let event = app.webhook_for("evt_1", "payment_intent.succeeded", &payment).await;
    assert_eq!((event, app.forgotten().await), (200, 0));
    eventually("a worker to try at once", || async {
        let reads = app.stripe.calls().into_iter().filter(|call| call.starts_with("GET"));
        (reads.count() >= 2).then_some(())
    })
    .await;
    app.stripe.succeeds();
    // A look that failed just now is due again later.
    eventually("the payment to succeed", || async {
        clock.advance(chrono::Duration::minutes(2));
        (app.stored(&payment).await.0 == "succeeded").then_some(())
    })
    .await;
}

#[actix_web::test]
async fn an_intent_of_another_amount_or_an_event_about_a_stranger_is_not_applied() {
    let app = TestApp::start().await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    let (_, payment) = app.charge("k1").await;
    app.stripe.alters_amount(&payment, 1);
    assert_eq!(
        app.webhook_for("evt_1", "payment_intent.succeeded", &payment).await,
        200
    );
    let now = chrono::Utc::now().timestamp();
    let stranger = event("evt_2", "payment_intent.succeeded", "not-ours");
    assert_eq!(
        app.webhook(stranger.clone(), &signature(&stranger, WEBHOOK_SECRET, now))
            .await,
        200
    );
    assert_eq!(app.payment(&payment).await["status"], "processing");
    assert_eq!(app.forgotten().await, 0);
}
