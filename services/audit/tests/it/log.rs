//! From another service's outbox into the log, once, and to those who may read it.

use crate::app::{TestApp, record};
use mc_contracts::Envelope;
use mc_testkit::{envelope, eventually};
use mc_vocabulary::OrganizationId;
use serde_json::Value;

#[actix_web::test]
async fn an_event_is_read_with_its_trace_and_a_masked_patient() {
    let app = TestApp::start().await;
    app.publish(2).await;
    let recent = app
        .read("/api/v1/integrations/audit/recent?order=oldest_first&trace_id=0af7651916cd43dd8448eb211c80319c")
        .await;
    let events = recent["events"].as_array().unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["action"], "billing.test.0");
    assert_eq!(events[0]["why"]["justification"], "scheduled_appointment");
    assert_eq!(events[0]["where"]["service"], "billing");
    assert!(events[0]["patient"].as_str().unwrap().starts_with("pt_"));
    assert_eq!(events[0]["patient"], events[1]["patient"], "one patient, one pseudonym");
    assert!(!recent.to_string().contains("pat-1"));
    let bare = app
        .database
        .count("SELECT count(*) FROM audit.events WHERE position('pat-1' IN encode(leaf, 'escape')) > 0")
        .await;
    assert_eq!(bare, 0);
}

#[actix_web::test]
async fn an_event_published_twice_is_logged_once() {
    let app = TestApp::start().await;
    let event = [envelope("billing", Some(app.organization_id), &record("billing.once"))];
    app.broker.publish("billing", &event).await;
    eventually("logged", || async { (app.logged().await == 1).then_some(()) }).await;
    // What a crash between publish and mark does.
    app.broker.publish("billing", &event).await;
    app.publish(1).await;
    assert_eq!(app.logged().await, 2);
    assert!(app.verdict().await["ok"] == true);
}

#[actix_web::test]
async fn another_organisations_events_are_not_there() {
    let app = TestApp::start().await;
    app.publish_in(OrganizationId::new(), &[record("billing.elsewhere")])
        .await;
    app.publish(1).await;
    eventually("both", || async { (app.logged().await == 2).then_some(()) }).await;
    let recent = app.read("/api/v1/integrations/audit/recent").await;
    let actions: Vec<_> = recent["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["action"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(actions, ["billing.test.0"]);
    eventually("both, and the reading; each in its organisation's tree", || async {
        (app.logged().await == 3).then_some(())
    })
    .await;
    let trees = app
        .database
        .count("SELECT count(DISTINCT organization_id) FROM audit.batches")
        .await;
    assert_eq!(trees, 2);
}

#[actix_web::test]
async fn reading_the_log_is_in_the_log() {
    let app = TestApp::start().await;
    app.read("/api/v1/integrations/audit/recent").await;
    eventually("the reading logged", || async {
        (app.logged().await == 1).then_some(())
    })
    .await;
    let recent = app
        .read("/api/v1/integrations/audit/recent?action=audit.recent.read")
        .await;
    assert_eq!(recent["events"][0]["details"]["events_shown"], 0);
}

#[actix_web::test]
async fn a_poison_event_goes_to_the_dead_letters_and_the_rest_goes_on() {
    let app = TestApp::start().await;
    let mut envelope: Envelope = Envelope {
        id: mc_vocabulary::EventId::new(),
        event_type: "billing.audit.recorded.v1".to_owned(),
        source: "billing".to_owned(),
        time: chrono::Utc::now(),
        subject: None,
        organization_id: None,
        trace: std::collections::HashMap::new(),
        data: Value::Null,
    };
    envelope.data = serde_json::json!({ "nonsense": true });
    app.broker.publish("billing", &[envelope]).await;
    app.publish(1).await;
    let dead = eventually("the dead letter", || async { app.broker.take("audit.log.dead").await }).await;
    assert_eq!(dead["nonsense"], true);
    assert_eq!(app.logged().await, 1);
}
