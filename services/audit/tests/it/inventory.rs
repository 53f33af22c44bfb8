//! What compliance keeps: added, changed, done, reminded of; every step in the log.

use crate::app::TestApp;
use chrono::{Duration, Utc};
use mc_testkit::eventually;
use mc_vocabulary::{OrganizationId, Role};
use serde_json::{Value, json};

const INVENTORY: &str = "/api/v1/integrations/audit/inventory";

impl TestApp {
    async fn keep(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let token = self.issuer.token(&self.caller(Role::Compliance));
        let path = format!("{INVENTORY}{path}");
        let response = self.send(method, &path, Some(&token), Some(&body)).await;
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// A record that stands there for the tests of access.
    pub async fn record_kept(&self) -> String {
        let due_at = Utc::now() + Duration::days(90);
        let (status, added) = self
            .keep(
                "POST",
                "/agreements",
                json!({ "title": "Clearing house", "due_at": due_at }),
            )
            .await;
        assert_eq!(status, 201, "{added}");
        added["record_id"].as_str().unwrap().to_owned()
    }
}

#[actix_web::test]
async fn a_training_is_kept_sealed_done_and_due_again_a_year_later() {
    let app = TestApp::start().await;
    let due_at = Utc::now() + Duration::days(90);
    let member = "01936d00-0000-7000-8000-000000000001";
    let training =
        json!({ "title": "Privacy for Alonsa Quixano", "member": member, "due_at": due_at, "repeats_months": 12 });
    let (status, added) = app.keep("POST", "/trainings", training).await;
    assert_eq!(status, 201, "{added}");
    assert_eq!(
        (&added["state"], &added["overdue"], &added["version"]),
        (&json!("open"), &json!(false), &json!(1))
    );
    let path = format!("/trainings/{}", added["record_id"].as_str().unwrap());
    let (_, changed) = app.keep("PATCH", &path, json!({ "notes": "Room 3." })).await;
    assert_eq!((&changed["notes"], &changed["version"]), (&json!("Room 3."), &json!(2)));

    let (status, completed) = app
        .keep("POST", &format!("{path}/complete"), json!({ "notes": "Passed." }))
        .await;
    assert_eq!(status, 200, "{completed}");
    assert_eq!(
        (&completed["record"]["state"], &completed["record"]["notes"]),
        (&json!("done"), &json!("Passed."))
    );
    let next = &completed["next"];
    assert_eq!(
        (&next["state"], &next["title"], &next["notes"]),
        (&json!("open"), &json!("Privacy for Alonsa Quixano"), &Value::Null)
    );
    let next_due: chrono::DateTime<Utc> = next["due_at"].as_str().unwrap().parse().unwrap();
    assert!((next_due - due_at).num_hours() >= 364 * 24);
    assert_eq!(app.keep("POST", &format!("{path}/complete"), json!({})).await.0, 409);
    assert_eq!(app.keep("PATCH", &path, json!({ "notes": "x" })).await.0, 409);

    let open = app
        .read(&format!("{INVENTORY}/trainings?state=open&due_within_days=3660"))
        .await;
    assert_eq!(open["records"].as_array().unwrap().len(), 1);
    let in_clear =
        "SELECT count(*) FROM audit.inventory WHERE position('Quixano' IN encode(words_sealed, 'escape')) > 0";
    assert_eq!(app.database.count(in_clear).await, 0);
    eventually("every step in the log", || async {
        let steps = "SELECT count(*) FROM audit.events WHERE action IN ('audit.inventory.add', 'audit.inventory.update', 'audit.inventory.complete')";
        (app.database.count(steps).await == 4).then_some(())
    })
    .await;
    let leaves = "SELECT count(*) FROM audit.events WHERE position('Quixano' IN encode(leaf, 'escape')) > 0";
    assert_eq!(app.database.count(leaves).await, 0);
}

#[actix_web::test]
async fn an_incident_carries_the_notice_clock_and_may_come_from_an_alert() {
    let app = TestApp::start().await;
    let alert = app.alert().await;
    let body = json!({ "title": "Charts read out of curiosity", "alert_id": alert, "patients": 501 });
    let (status, incident) = app.keep("POST", "/incidents", body).await;
    assert_eq!(status, 201, "{incident}");
    let clock = &incident["incident"]["notice"];
    assert_eq!(
        (&clock["days_left"], &clock["provisional"]),
        (&json!(58), &json!(false)),
        "as the alert's, opened yesterday"
    );
    assert_eq!(incident["due_at"], clock["due_at"]);
    assert_eq!(
        incident["incident"]["secretary_due_at"], clock["due_at"],
        "five hundred and more"
    );
    let path = format!("/incidents/{}", incident["record_id"].as_str().unwrap());
    let known = Utc::now() - Duration::days(61);
    let (_, late) = app
        .keep("PATCH", &path, json!({ "discovered_at": known, "patients": 3 }))
        .await;
    assert_eq!(
        (&late["overdue"], &late["incident"]["notice"]["overdue"]),
        (&json!(true), &json!(true))
    );
    let later = Utc::now() + Duration::days(90);
    for (body, place) in [
        (json!({ "due_at": later }), "/due_at"),
        (
            json!({ "alert_id": "01936d00-0000-7000-8000-000000000009" }),
            "/alert_id",
        ),
        (json!({ "discovered_at": later }), "/discovered_at"),
    ] {
        let (status, problem) = app.keep("PATCH", &path, body).await;
        assert_eq!((status, &problem["errors"][0]["place"]), (422, &json!(place)));
    }
}

#[actix_web::test]
async fn each_kind_has_its_own_fields_and_another_organisation_sees_none() {
    let app = TestApp::start().await;
    let due_at = Utc::now() + Duration::days(10);
    for (kind, body, status) in [
        ("agreements", json!({ "title": "x" }), 422),
        (
            "agreements",
            json!({ "title": "x", "due_at": due_at, "patients": 1 }),
            422,
        ),
        ("trainings", json!({ "title": "x", "due_at": due_at }), 422),
        ("risk-assessments", json!({ "title": "", "due_at": due_at }), 422),
        (
            "risk-assessments",
            json!({ "title": "x", "due_at": due_at, "repeats_months": 0 }),
            422,
        ),
        ("risk-assessments", json!({ "title": "x", "due_at": due_at }), 201),
        (
            "risk-assessments",
            json!({ "title": "x", "due_at": "0001-01-01T00:00:00Z" }),
            422,
        ),
        ("recipes", json!({ "title": "x", "due_at": due_at }), 400),
    ] {
        assert_eq!(
            app.keep("POST", &format!("/{kind}"), body.clone()).await.0,
            status,
            "{kind} {body}"
        );
    }
    let id = app.record_kept().await;
    let stranger = app
        .issuer
        .token(&mc_testkit::Caller::new(OrganizationId::new(), Role::Compliance));
    let path = format!("{INVENTORY}/agreements/{id}");
    assert_eq!(app.get(&path, Some(&stranger)).await.status(), 404);
    assert_eq!(
        app.keep("PATCH", &format!("/trainings/{id}"), json!({ "notes": "x" }))
            .await
            .0,
        404,
        "of another kind"
    );
}

#[actix_web::test]
async fn a_due_record_is_announced_once_for_each_reminder() {
    let app = TestApp::start().await;
    app.broker.declare("test.due", "audit.inventory.due.v1").await;
    // Half a day away from where the count of days changes.
    let due_at = Utc::now() + Duration::hours(20 * 24 + 12);
    let agreement = json!({ "title": "Clearing house", "due_at": due_at });
    let (_, added) = app.keep("POST", "/agreements", agreement).await;
    // A restart announces what came due while the service was down; another repeats nothing.
    app.stop();
    let second = app.beside().await;
    let due = eventually("the reminder", || async { app.broker.take("test.due").await }).await;
    assert_eq!(
        (&due["record_id"], &due["kind"], &due["days_left"]),
        (&added["record_id"], &json!("agreements"), &json!(20))
    );
    second.stop();
    app.as_owner("UPDATE audit.inventory SET due_at = now() + interval '3 days 12 hours'")
        .await;
    let third = app.beside().await;
    let due = eventually("the next reminder", || async { app.broker.take("test.due").await }).await;
    assert_eq!(due["days_left"], 3);
    third.stop();
    let fourth = app.beside().await;
    eventually("both in the log", || async {
        let recorded = "SELECT count(*) FROM audit.events WHERE action = 'audit.inventory.due'";
        (app.database.count(recorded).await == 2).then_some(())
    })
    .await;
    assert_eq!(app.broker.take("test.due").await, None);
    assert_eq!(
        app.database
            .count("SELECT reminded_days::bigint FROM audit.inventory")
            .await,
        7
    );
    fourth.stop();
}
