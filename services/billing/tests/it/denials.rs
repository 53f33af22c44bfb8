//! A patient who refuses to be charged for every visit.

use crate::app::{TestApp, consent, request};
use chrono::Duration;
use mc_contracts::{ConsentDecision, ConsentRecorded};
use mc_vocabulary::UserId;

#[actix_web::test]
async fn a_denial_for_every_visit_ends_pending_payments_and_refuses_new_ones() {
    let (app, clock) = TestApp::start_with_clock().await;
    app.stripe.is_down();
    let (status, payment) = app.charge("k1").await;
    assert_eq!(status, 202);
    app.hears(consent(ConsentDecision::Deny)).await;
    app.stripe.succeeds();
    let (status, problem) = app.charge("k2").await;
    assert_eq!(status, 403, "{problem}");
    clock.advance(Duration::minutes(5));
    let code = app.stored_becomes(&payment, "canceled").await;
    assert_eq!(code.as_deref(), Some("consent_withdrawn"));
    assert!(app.stripe.charges().is_empty());
    // Another decision about the visit, which is later.
    app.consents("enc-1", ConsentDecision::Permit).await;
    assert_eq!(app.charge("k3").await.0, 201);
}

#[actix_web::test]
async fn a_denial_of_another_patient_and_a_permit_for_one_user_change_nothing() {
    let app = TestApp::start().await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    app.hears(ConsentRecorded {
        patient_id: "pat-2".parse().unwrap(),
        ..consent(ConsentDecision::Deny)
    })
    .await;
    assert_eq!(app.charge("k1").await.0, 201);
    app.consents("enc-1", ConsentDecision::Deny).await;
    // As a release that accepted it publishes it; a decision of another purpose shows that it was
    // read.
    let permit = consent(ConsentDecision::Permit);
    let for_one = ConsentRecorded {
        encounter_id: Some("enc-1".parse().unwrap()),
        grantee: Some(UserId::new()),
        ..permit
    };
    app.broker
        .publish_as("ehr-proxy", Some(app.organization_id), &[for_one])
        .await;
    app.consents("enc-2", ConsentDecision::Permit).await;
    let mut other = request();
    other["amount"] = serde_json::json!(2600);
    assert_eq!(app.charge("k2").await.0, 403);
}
