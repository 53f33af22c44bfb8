//! Forged, replayed, oversized, future-dated, malformed; another organisation's; a clock that is
//! wrong; two processes at once.

use crate::app::{TestApp, record};
use mc_contracts::{Actor, AuditRecord, Envelope, Tally};
use mc_testkit::eventually;
use mc_vocabulary::{EventId, OrganizationId, Role};
use serde_json::{Value, json};

fn envelope(app: &TestApp, record: &AuditRecord) -> Envelope {
    Envelope {
        id: EventId::new(),
        event_type: "billing.audit.recorded.v1".to_owned(),
        source: "billing".to_owned(),
        time: chrono::Utc::now(),
        subject: None,
        organization_id: Some(app.organization_id),
        trace: std::collections::HashMap::new(),
        data: serde_json::to_value(record).unwrap(),
    }
}

/// Puts an envelope on the broker as a service would, whatever it says.
async fn publish(app: &TestApp, envelope: &Envelope) {
    app.broker.publish("billing", std::slice::from_ref(envelope)).await;
}

async fn dead_letter(app: &TestApp) -> Value {
    eventually("the dead letter", || async { app.broker.take("audit.log.dead").await }).await
}

/// What goes to the dead letters, and that the log goes on without it.
async fn refused(spoil: impl Fn(&TestApp, &mut Envelope)) {
    let app = TestApp::start().await;
    let mut spoilt = envelope(&app, &record("billing.spoilt"));
    spoil(&app, &mut spoilt);
    publish(&app, &spoilt).await;
    dead_letter(&app).await;
    app.publish(1).await;
    assert_eq!(app.logged().await, 1, "the good one alone");
}

#[actix_web::test]
async fn an_event_published_in_the_name_of_another_service_is_not_logged() {
    refused(|_, envelope| envelope.source = "ehr-proxy".to_owned()).await;
}

#[actix_web::test]
async fn an_event_that_is_no_record_is_not_logged() {
    refused(|_, envelope| envelope.data = json!({ "action": 7 })).await;
}

#[actix_web::test]
async fn an_event_larger_than_the_limit_is_not_logged() {
    refused(|_, envelope| envelope.data["justification"] = json!("x".repeat(70_000))).await;
}

#[actix_web::test]
async fn an_event_of_next_week_is_not_logged() {
    refused(|_, envelope| envelope.data["occurred_at"] = json!(chrono::Utc::now() + chrono::TimeDelta::days(7))).await;
}

#[actix_web::test]
async fn a_clock_that_is_wrong_by_an_hour_loses_nothing_and_shows() {
    let app = TestApp::start().await;
    for hours in [-1, 1] {
        let mut recorded = record("billing.clock");
        recorded.occurred_at = chrono::Utc::now() + chrono::TimeDelta::hours(hours);
        publish(&app, &envelope(&app, &recorded)).await;
    }
    eventually("both", || async { (app.logged().await == 2).then_some(()) }).await;
    let recent = app.read("/api/v1/integrations/audit/recent").await;
    for event in recent["events"].as_array().unwrap() {
        let time = |name: &str| {
            event[name]
                .as_str()
                .unwrap()
                .parse::<chrono::DateTime<chrono::Utc>>()
                .unwrap()
        };
        let off = (time("occurred_at") - time("logged_at")).num_minutes().abs();
        assert!((59..=61).contains(&off), "both times are shown: {off}");
    }
}

#[actix_web::test]
async fn a_replayed_event_is_logged_once_and_one_that_borrows_its_id_is_found_out() {
    let app = TestApp::start().await;
    let first = envelope(&app, &record("billing.first"));
    let mut forged = first.clone();
    forged.data["action"] = json!("billing.forged");
    for recorded in [&first, &first, &forged] {
        publish(&app, recorded).await;
    }
    assert_eq!(dead_letter(&app).await["action"], "billing.forged");
    publish(&app, &forged).await;
    dead_letter(&app).await;
    assert_eq!(app.logged().await, 1);
}

#[actix_web::test]
async fn an_organisation_sees_neither_events_nor_proofs_of_another() {
    let app = TestApp::start().await;
    app.publish(1).await;
    app.checkpointed().await;
    let event = app.first_event().await;
    let stranger = app
        .issuer
        .token(&mc_testkit::Caller::new(OrganizationId::new(), Role::Compliance));
    for (path, expected) in [
        (format!("/events/{event}/receipt"), 404),
        ("/proofs/inclusion?index=0&size=1".to_owned(), 422),
        ("/tile/0/000.p/1".to_owned(), 404),
        ("/checkpoint".to_owned(), 404),
    ] {
        let path = format!("/api/v1/integrations/audit{path}");
        let answer = app.get(&path, Some(&stranger)).await;
        assert_eq!(answer.status(), expected, "{path}");
        assert!(!answer.text().await.unwrap().contains(&event), "{path}");
    }
}

#[actix_web::test]
async fn two_processes_append_to_one_log_without_a_gap_or_a_double() {
    let app = TestApp::start().await;
    let other = app.beside().await;
    app.publish(40).await;
    app.stop();
    // The first is gone: the second goes on where it was.
    app.publish(40).await;
    assert_eq!(app.logged().await, 80);
    let places = app
        .database
        .count("SELECT count(DISTINCT log_index) FROM audit.events WHERE log_index < 80")
        .await;
    assert_eq!(places, 80);
    other.stop();
}

#[actix_web::test]
async fn events_of_one_actor_are_logged_in_the_order_of_publishing() {
    let app = TestApp::start().await;
    let mut recorded = record("billing.step");
    recorded.actor = Actor::system("one actor");
    let steps: Vec<_> = (0..200).map(|n| recorded.clone().detail("step", n)).collect();
    app.publish_in(app.organization_id, &steps).await;
    eventually("all", || async { (app.logged().await == 200).then_some(()) }).await;
    let steps: Vec<Value> = sqlx::query_scalar(
        "SELECT convert_from(leaf, 'UTF8')::jsonb->'record'->'details'->'step' FROM audit.events WHERE action = 'billing.step' ORDER BY log_index",
    )
    .fetch_all(&app.database.owner)
    .await
    .unwrap();
    assert_eq!(steps, (0..200).map(|n| json!(n)).collect::<Vec<_>>());
}

#[actix_web::test]
async fn what_was_recorded_and_is_not_logged_shows_within_a_tally() {
    let app = TestApp::start().await;
    app.publish(3).await;
    let now = chrono::Utc::now();
    let tally = |recorded| Tally {
        since: now - chrono::TimeDelta::hours(1),
        until: now + chrono::TimeDelta::seconds(1),
        recorded,
    };
    let mut envelope = envelope(&app, &record("billing.any"));
    envelope.event_type = "billing.audit.tallied.v1".to_owned();
    envelope.data = serde_json::to_value(tally(4)).unwrap();
    publish(&app, &envelope).await;
    let path = "/api/v1/integrations/audit/reconciliation";
    let found = eventually("the tally", || async {
        let found = app.read(path).await;
        (found["services"] != json!([])).then_some(found)
    })
    .await;
    assert_eq!(found["complete"], false);
    assert_eq!(found["services"][0]["recorded"], 4);
    assert_eq!(found["services"][0]["logged"], 3);
}
