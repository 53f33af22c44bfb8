//! Webhooks: proven, once, in any order.

use crate::{
    app::TestApp,
    stripe::{WEBHOOK_SECRET, event, signature},
};
use mc_contracts::ConsentDecision;

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
    assert_eq!(app.audited("billing.payment.processed").await.len(), 1);
}

#[actix_web::test]
async fn an_event_about_another_amount_or_a_stranger_is_not_applied() {
    let app = TestApp::start().await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    let (_, payment) = app.charge("k1").await;
    let body = event(
        "evt_1",
        "payment_intent.succeeded",
        payment["payment_id"].as_str().unwrap(),
    );
    let other = String::from_utf8(body).unwrap().replace("2500", "1").into_bytes();
    let now = chrono::Utc::now().timestamp();
    assert_eq!(
        app.webhook(other.clone(), &signature(&other, WEBHOOK_SECRET, now))
            .await,
        200
    );
    let stranger = event("evt_2", "payment_intent.succeeded", "not-ours");
    assert_eq!(
        app.webhook(stranger.clone(), &signature(&stranger, WEBHOOK_SECRET, now))
            .await,
        200
    );
    assert_eq!(app.payment(&payment).await["status"], "processing");
}
