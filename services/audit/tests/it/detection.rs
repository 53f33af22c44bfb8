//! From a service's outbox to a case and an event, within two seconds; once, whatever stops and
//! starts.

use crate::app::{TestApp, record};
use mc_contracts::{Actor, ActorKind, AuditRecord, Envelope, Outcome};
use mc_keyring::{Credentials, Pseudonym};
use mc_testkit::TestOptions;
use mc_testkit::eventually;
use mc_vocabulary::{OrganizationId, Role, UserId};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A doctor's reading of a chart, now.
fn reading(doctor: UserId, patient: &str) -> AuditRecord {
    let mut record = record("ehr.patient_summary.read");
    record.actor = Actor {
        kind: ActorKind::User,
        id: doctor.to_string(),
        roles: vec!["doctor".to_owned()],
        session_id: None,
        device_id: None,
    };
    record.patient_id = Some(patient.parse().unwrap());
    record
}

impl TestApp {
    async fn enqueue_all(&self, organization_id: OrganizationId, records: impl IntoIterator<Item = AuditRecord>) {
        let records: Vec<_> = records.into_iter().collect();
        self.publish_in(organization_id, &records).await;
    }

    /// The newest case of a rule, once it has at least `events` events.
    async fn case(&self, rule: &str, events: i64) -> Value {
        let path = format!("/api/v1/integrations/audit/alerts?rule={rule}");
        let found = eventually(rule, || async {
            let alerts = self.read(&path).await["alerts"].clone();
            let first = alerts.as_array().unwrap().first().cloned();
            first.filter(|alert| alert["events"].as_i64().unwrap() >= events)
        })
        .await;
        let id = found["alert_id"].as_str().unwrap();
        self.read(&format!("/api/v1/integrations/audit/alerts/{id}")).await
    }

    async fn cases(&self, rule: &'static str) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM audit.cases WHERE rule = $1")
            .bind(rule)
            .fetch_one(&self.database.owner)
            .await
            .unwrap()
    }
}

#[actix_web::test]
async fn many_patients_are_a_case_and_an_event() {
    let app = TestApp::start_detecting().await;
    app.broker.declare("test.alerts", "audit.alert.raised.v1").await;
    let doctor = UserId::new();
    app.enqueue_all(app.organization_id, (0..39).map(|n| reading(doctor, &format!("p-{n}"))))
        .await;
    eventually("39 readings in the log", || async {
        (app.logged().await >= 39).then_some(())
    })
    .await;
    app.enqueue_all(app.organization_id, [reading(doctor, "p-39")]).await;
    // Charts without a care relationship are another rule, and alerts of their own.
    let alert = eventually("the alert", || async {
        let alert = app.broker.take("test.alerts").await?;
        (alert["rule"] == "many_patients").then_some(alert)
    })
    .await;
    assert_eq!(
        (&alert["severity"], &alert["figure"], &alert["threshold"]),
        (&json!("high"), &json!(40), &json!(40))
    );
    assert_eq!(alert["subject_id"], doctor.to_string());
    let case = app.case("many_patients", 40).await;
    assert_eq!(
        (&case["alert_id"], &case["state"]),
        (&alert["alert_id"], &json!("open"))
    );
    assert_eq!(case["evidence"].as_array().unwrap().len(), 40);
    assert_eq!(case["patients"].as_array().unwrap().len(), 40);
    assert!(!case.to_string().contains("p-39"), "patients are masked");
    assert!(case["notice"]["provisional"].as_bool().unwrap());
    // More of the same goes into the open case.
    app.enqueue_all(
        app.organization_id,
        (40..45).map(|n| reading(doctor, &format!("p-{n}"))),
    )
    .await;
    let case = app.case("many_patients", 45).await;
    assert_eq!((&case["events"], &case["figure"]), (&json!(45), &json!(45)));
    assert_eq!(app.cases("many_patients").await, 1);
    eventually("alerts in the log", || async {
        let raised = "SELECT count(*) FROM audit.events WHERE action = 'audit.alert.raise'";
        (app.database.count(raised).await == app.database.count("SELECT count(*) FROM audit.cases").await).then_some(())
    })
    .await;
}

#[actix_web::test]
async fn an_alert_is_an_event_within_two_seconds() {
    let app = TestApp::start_detecting().await;
    app.broker.declare("test.alerts", "audit.alert.raised.v1").await;
    let mut quickest = Duration::MAX;
    // The quickest of five: a busy machine says nothing about the service.
    for _ in 0..5 {
        let doctor = UserId::new();
        let mut broken = reading(doctor, "p-1").emergency();
        "ehr.emergency_override".clone_into(&mut broken.action);
        let recorded = Instant::now();
        app.enqueue_all(app.organization_id, [broken]).await;
        let alert = eventually("the alert", || async { app.broker.take("test.alerts").await }).await;
        quickest = quickest.min(recorded.elapsed());
        assert_eq!(
            (&alert["rule"], &alert["subject_id"]),
            (&json!("break_glass"), &json!(doctor.to_string()))
        );
    }
    println!("from the outbox of a service to the alert on a queue: {quickest:?}");
    assert!(quickest < Duration::from_secs(2), "{quickest:?}");
}

#[actix_web::test]
async fn only_a_chart_without_a_care_relationship_is_one() {
    let app = TestApp::start_detecting().await;
    let (doctor, nurse) = (UserId::new(), UserId::new());
    // Somebody recorded a consent about one, and the doctor looked at the coverage of the other:
    // only the first is a relationship.
    let mut consent = reading(nurse, "p-1").entity("Consent", "c-1");
    "ehr.consent.record".clone_into(&mut consent.action);
    let mut coverage = reading(doctor, "p-2").entity("Coverage", "v-1");
    "insurance.coverage.read".clone_into(&mut coverage.action);
    let readings = ["p-1", "p-2"].map(|patient| reading(doctor, patient).entity("Patient", patient));
    app.enqueue_all(app.organization_id, [consent, coverage].into_iter().chain(readings))
        .await;
    let case = app.case("no_care_relationship", 1).await;
    assert_eq!(
        (&case["events"], case["patients"].as_array().unwrap().len()),
        (&json!(1), 1)
    );
    let masked = pseudonym().mask("patient", "p-2");
    assert_eq!(case["patients"][0], masked);
}

fn pseudonym() -> Pseudonym {
    let key = [("key", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=")];
    Pseudonym::from_credentials(&Credentials::from_fields("blind-index", key)).unwrap()
}

#[actix_web::test]
async fn colleagues_relatives_neighbours_and_travellers_are_known_from_what_compliance_says() {
    let app = TestApp::start_detecting().await;
    let (doctor, nurse) = (UserId::new(), UserId::new());
    let token = app.issuer.token(&app.caller(Role::Compliance));
    let put = async |path: String, body: Value| {
        let path = format!("/api/v1/integrations/audit{path}");
        assert_eq!(app.send("PUT", &path, Some(&token), Some(&body)).await.status(), 200);
    };
    put(format!("/workforce/{nurse}"), json!({ "patient_id": "p-nurse" })).await;
    let address = json!({ "lines": ["7 Windmill Lane"], "postal_code": "02139" });
    put(
        format!("/workforce/{doctor}"),
        json!({ "patient_id": "p-own", "family_name": "QUIXANO", "address": address }),
    )
    .await;
    let place = |addresses: &str, place: &str, latitude: f64, longitude: f64| json!({ "addresses": addresses, "place": place, "latitude": latitude, "longitude": longitude });
    let networks = [
        place("192.0.2.0/24", "Boston", 42.4, -71.1),
        place("198.51.100.0/24", "Paris", 48.9, 2.4),
    ];
    put("/networks".to_owned(), json!({ "networks": networks })).await;

    let of_family = reading(doctor, "p-1").detail("family_key", pseudonym().family_key("Quixano").unwrap());
    let lines = ["7 WINDMILL LN".to_owned()];
    let neighbour =
        reading(doctor, "p-2").detail("address_key", pseudonym().address_key(&lines, "02139-1111").unwrap());
    let from = |patient: &str, ip: &str| {
        let mut record = reading(doctor, patient);
        record.source_ip = Some(ip.parse().unwrap());
        record
    };
    let readings = [
        of_family,
        neighbour,
        reading(doctor, "p-nurse"),
        reading(doctor, "p-own"),
    ];
    let travels = [from("p-3", "192.0.2.1"), from("p-4", "198.51.100.1")];
    app.enqueue_all(app.organization_id, readings.into_iter().chain(travels))
        .await;
    for (rule, events) in [
        ("own_family", 1),
        ("own_address", 1),
        ("colleague", 1),
        ("own_record", 1),
        ("impossible_travel", 2),
    ] {
        let case = app.case(rule, events).await;
        assert_eq!(case["events"], events, "{rule}");
    }
}

#[actix_web::test]
async fn what_was_gathered_before_a_restart_counts_after_it_and_nothing_counts_twice() {
    let app = TestApp::start_detecting().await;
    let doctor = UserId::new();
    app.enqueue_all(app.organization_id, (0..25).map(|n| reading(doctor, &format!("p-{n}"))))
        .await;
    eventually("the first judged", || async {
        (app.cases("no_care_relationship").await == 1).then_some(())
    })
    .await;
    app.stop();
    let second = app.beside().await;
    app.enqueue_all(
        app.organization_id,
        (25..40).map(|n| reading(doctor, &format!("p-{n}"))),
    )
    .await;
    eventually("the case", || async {
        (app.cases("many_patients").await == 1).then_some(())
    })
    .await;
    let events = async |rule: &'static str| -> i64 {
        sqlx::query_scalar("SELECT events FROM audit.cases WHERE rule = $1")
            .bind(rule)
            .fetch_one(&app.database.owner)
            .await
            .unwrap()
    };
    assert_eq!(events("many_patients").await, 40);
    eventually("all judged", || async {
        (events("no_care_relationship").await == 40).then_some(())
    })
    .await;
    second.stop();
    let third = app.beside().await;
    app.enqueue_all(app.organization_id, [reading(doctor, "p-40")]).await;
    eventually("one more", || async {
        (events("many_patients").await == 41).then_some(())
    })
    .await;
    assert_eq!(
        (
            app.cases("many_patients").await,
            app.cases("no_care_relationship").await
        ),
        (1, 1)
    );
    third.stop();
}

#[actix_web::test]
async fn two_processes_detect_as_one_and_two_organisations_stay_two() {
    let app = TestApp::start_detecting().await;
    let second = app.beside().await;
    let (doctor, other) = (UserId::new(), OrganizationId::new());
    for n in 0..60 {
        let organization_id = if n % 2 == 0 { app.organization_id } else { other };
        app.enqueue_all(organization_id, [reading(doctor, &format!("p-{n}"))])
            .await;
    }
    let broken = reading(doctor, "p-1").emergency();
    let mut broken = broken.outcome(Outcome::Success);
    "ehr.emergency_override".clone_into(&mut broken.action);
    app.enqueue_all(app.organization_id, [broken]).await;
    app.case("break_glass", 1).await;
    assert_eq!(app.cases("many_patients").await, 0, "thirty in each");
    app.enqueue_all(other, (60..70).map(|n| reading(doctor, &format!("p-{n}"))))
        .await;
    eventually("the case", || async {
        (app.cases("many_patients").await == 1).then_some(())
    })
    .await;
    let mine = app.read("/api/v1/integrations/audit/alerts?rule=many_patients").await;
    assert!(mine["alerts"].as_array().unwrap().is_empty());
    let doubled = "SELECT count(*) FROM audit.cases c WHERE events <> (SELECT count(*) FROM audit.case_evidence e WHERE e.case_id = c.case_id)";
    assert_eq!(app.database.count(doubled).await, 0);
    second.stop();
}

#[actix_web::test]
async fn what_is_usual_is_learned_on_demand_and_shown() {
    let app = TestApp::start().await;
    let doctor = UserId::new();
    let now = chrono::Utc::now();
    let readings = (0..60_i64).flat_map(|hour| (0..30).map(move |n| (hour, n)));
    let readings: Vec<_> = readings
        .map(|(hour, n)| {
            let mut record = reading(doctor, &format!("p-{n}"));
            record.occurred_at = now - chrono::Duration::hours(hour + 1);
            record
        })
        .collect();
    app.publish_all(&readings).await;
    let token = app.issuer.token(&app.caller(Role::Compliance));
    let path = "/api/v1/integrations/audit/rules";
    let learned = app.send("POST", &format!("{path}/learning"), Some(&token), None).await;
    assert_eq!(learned.status(), 200);
    let rules = app.read(path).await;
    let rules = rules["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["id"] == "many_patients").unwrap();
    assert_eq!(rule["thresholds"]["doctor"], 45, "{rule}");
    assert_eq!(rule["thresholds"]["staff"], 80);
    assert_eq!(
        (&rule["learned"][0]["usual"], &rule["learned"][0]["role"]),
        (&json!(30), &json!("doctor"))
    );
}

#[actix_web::test]
async fn what_is_wrong_with_the_log_itself_is_an_alert_of_the_platform() {
    let app = TestApp::start_detecting_with(TestOptions {
        leaves: Some("the dead letter is what the test is about"),
        ..TestOptions::default()
    })
    .await;
    app.broker.declare("test.alerts", "audit.alert.raised.v1").await;
    let poison = Envelope {
        id: mc_vocabulary::EventId::new(),
        event_type: "billing.audit.recorded.v1".to_owned(),
        source: "billing".to_owned(),
        time: chrono::Utc::now(),
        subject: None,
        organization_id: None,
        trace: std::collections::HashMap::new(),
        data: json!({ "nonsense": true }),
    };
    app.broker.publish("billing", &[poison]).await;
    app.as_owner(
        "INSERT INTO audit.tallies (service, since, until, recorded, logged, compared_at) \
         VALUES ('billing', now() - interval '20 minutes', now() - interval '10 minutes', 3, 2, now())",
    )
    .await;
    let mut rules = std::collections::BTreeSet::new();
    while rules.len() < 2 {
        let alert = eventually("both alerts", || async { app.broker.take("test.alerts").await }).await;
        assert_eq!(alert["notice_due_at"], Value::Null);
        rules.insert(alert["rule"].as_str().unwrap().to_owned());
    }
    assert_eq!(
        rules.into_iter().collect::<Vec<_>>(),
        ["dead_letters", "missing_records"]
    );
    let mine = app.read("/api/v1/integrations/audit/alerts").await;
    assert!(
        mine["alerts"].as_array().unwrap().is_empty(),
        "they are no organisation's"
    );
}
