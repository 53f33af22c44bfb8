//! What the log says of the platform's policies: each control with its figure, how it was found,
//! and when.

use crate::app::{TestApp, record};
use mc_contracts::{Actor, ActorKind, AuditRecord};
use mc_testkit::eventually;
use serde_json::{Value, json};

fn reading(elements: &[&str]) -> AuditRecord {
    let mut record = record("ehr.patient_summary.read").entity("Patient", "pat-1");
    record.actor = Actor {
        kind: ActorKind::User,
        id: "01936d00-0000-7000-8000-000000000001".to_owned(),
        roles: vec!["doctor".to_owned()],
        session_id: None,
        device_id: None,
    };
    record.detail("phi_elements_accessed", elements.to_vec())
}

impl TestApp {
    /// The finding of a control whose words hold `part`, once it is as `holds` says.
    async fn finding(&self, control: &str, part: &str, holds: bool) -> Value {
        eventually(&format!("{control} is {holds}"), || async {
            let all: Value = self.get("/internal/evidence", None).await.json().await.unwrap();
            let mut found = all.as_array().unwrap().iter().filter(|one| one["control"] == control);
            let one = found.find(|one| one["found"].as_str().unwrap().contains(part))?.clone();
            (one["holds"] == holds).then_some(one)
        })
        .await
    }
}

#[actix_web::test]
async fn each_control_that_the_log_knows_of_is_measured() {
    let app = TestApp::start().await;
    let readings = [
        reading(&["Patient.name", "AllergyIntolerance.code"]).validated(true),
        reading(&["Patient.birthDate"]).validated(true),
    ];
    app.publish_all(&readings).await;
    app.checkpointed().await;
    let masking = app.finding("data_masking", "2 of 2 events about a patient", true).await;
    assert!(
        masking["found"].as_str().unwrap().contains("0 of 2 opened ids"),
        "{masking}"
    );
    assert!(masking["method"].as_str().unwrap().contains("counted in the log"));
    let checked_at: chrono::DateTime<chrono::Utc> = masking["checked_at"].as_str().unwrap().parse().unwrap();
    assert!((chrono::Utc::now() - checked_at).num_seconds() < 60);
    for (control, part) in [
        ("phi_protection", "2 of 2 events"),
        ("minimum_necessary", "2 of the newest 2 readings"),
        ("access_logging", "2 of 2 accesses to patient data"),
        ("api_authentication", "0 of 2 events are by nobody known"),
        ("data_retention", "kept 7 years"),
        ("audit_logging", "under a checkpoint"),
    ] {
        app.finding(control, part, true).await;
    }
    let evidence: String = app.get("/internal/evidence", None).await.text().await.unwrap();
    assert!(!evidence.contains("pat-1"));
}

#[actix_web::test]
async fn what_is_not_as_required_is_found() {
    let app = TestApp::start().await;
    let mut stranger = record("auth.login");
    stranger.actor = Actor::anonymous();
    stranger.patient_id = None;
    app.publish_all(&[reading(&["Patient.telecom"]), reading(&[]).detail("count", 1), stranger])
        .await;
    app.finding("minimum_necessary", "newest 2 readings", false).await;
    app.finding("access_logging", "0 of 2 accesses", false).await;
    app.finding("api_authentication", "1 of them with success", false).await;
    app.finding("data_masking", "2 of 2 events", true).await;
    // Somebody writes a patient into the log past the service.
    app.as_owner(
        "INSERT INTO audit.events (event_id, organization_id, log_index, leaf_hash, leaf, patient_sealed, logged_at, occurred_at, action, \
            interaction, outcome, actor_kind, actor_id, patient, entity_kind, entity_id, purpose, emergency, source, trace_id) \
         SELECT (substr(event_id::text, 1, 24) || 'ffffffffffff')::uuid, organization_id, 999, leaf_hash, leaf, NULL, logged_at, occurred_at, \
            action, interaction, outcome, actor_kind, actor_id, 'pat-1', entity_kind, entity_id, purpose, emergency, source, trace_id \
         FROM audit.events WHERE patient <> '' LIMIT 1",
    )
    .await;
    app.finding("data_masking", "2 of 3 events", false).await;
    app.finding("phi_protection", "2 of 3 events", false).await;
}

#[actix_web::test]
async fn a_service_that_recorded_more_than_was_logged_is_found() {
    let app = TestApp::start().await;
    let tally = |recorded: i64| {
        format!(
            "INSERT INTO audit.tallies (service, since, until, recorded, logged, compared_at) \
             VALUES ('billing', now() - interval '{recorded} minutes', now(), {recorded}, 5, now())"
        )
    };
    app.as_owner(&tally(5)).await;
    app.finding("access_logging", "committed 5 audit records, 5 of them", true)
        .await;
    app.as_owner(&tally(6)).await;
    let gap = app.finding("access_logging", "committed 11 audit records", false).await;
    assert_eq!(gap["holds"], json!(false));
}
