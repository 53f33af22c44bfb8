//! A request that is repeated with its idempotency key takes effect once.

use crate::app::TestApp;
use chrono::{Duration, Utc};
use mc_vocabulary::Role;
use serde_json::{Value, json};

const AUDIT: &str = "/api/v1/integrations/audit";
/// How many records of an action were written.
const RECORDS: &str = "SELECT count(*) FROM audit.outbox WHERE envelope -> 'data' ->> 'action' = $1";

impl TestApp {
    async fn recorded(&self, action: &str) -> i64 {
        sqlx::query_scalar(RECORDS)
            .bind(action)
            .fetch_one(&self.database.owner)
            .await
            .unwrap()
    }
}

/// Posts `body` without a key, twice under one, then `other` under the same; gives the answer.
async fn once(app: &TestApp, path: &str, body: &Value, other: (&str, &Value), status: u16) -> Value {
    let token = app.issuer.token(&app.caller(Role::Compliance));
    let path = format!("{AUDIT}{path}");
    let post = async |key: Option<&str>, path: &str, body: &Value| {
        app.send_under(key, "POST", path, Some(&token), Some(body)).await
    };
    let without = post(None, &path, body).await;
    assert_eq!(without.status(), 428, "{path}");
    let first = post(Some("key-1"), &path, body).await;
    assert_eq!(first.status(), status, "{path}");
    assert!(first.headers().get("Idempotent-Replayed").is_none());
    let again = post(Some("key-1"), &path, body).await;
    assert_eq!(again.status(), status, "{path}");
    assert_eq!(again.headers()["Idempotent-Replayed"], "true");
    for name in ["Location", "ETag"] {
        assert_eq!(first.headers().get(name), again.headers().get(name), "{path} {name}");
    }
    let (first, again): (Value, Value) = (first.json().await.unwrap(), again.json().await.unwrap());
    assert_eq!(first, again, "{path}");
    let reused = post(Some("key-1"), &format!("{AUDIT}{}", other.0), other.1).await;
    assert_eq!(reused.status(), 422, "{path}");
    let problem: Value = reused.json().await.unwrap();
    assert_eq!(problem["errors"][0]["place"], "header:Idempotency-Key", "{problem}");
    first
}

#[actix_web::test]
async fn a_report_requested_again_is_the_same_report() {
    let app = TestApp::start().await;
    let requested = |kind: &str| json!({ "kind": kind, "from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z" });
    let other = requested("failed_sign_ins");
    once(&app, "/reports", &requested("retention"), ("/reports", &other), 202).await;
    assert_eq!(app.database.count("SELECT count(*) FROM audit.reports").await, 1);
    assert_eq!(app.recorded("audit.report.request").await, 1);
}

#[actix_web::test]
async fn a_disclosure_written_down_again_is_accounted_for_once() {
    let app = TestApp::start().await;
    let recorded = |to: &str| json!({ "patient_id": "pat-1", "disclosed_at": Utc::now() - Duration::days(1), "recipient": to, "description": "immunisation record", "purpose": "PUBHLTH" });
    let (body, other) = (recorded("County health department"), recorded("Somebody else"));
    once(&app, "/disclosures", &body, ("/disclosures", &other), 201).await;
    assert_eq!(app.recorded("audit.disclosure.record").await, 1);
}

#[actix_web::test]
async fn a_hold_placed_again_stands_once_and_the_repeat_is_no_conflict() {
    let app = TestApp::start().await;
    let body = json!({ "kind": "patient", "patient_id": "pat-1", "reason": "matter 1" });
    let other = json!({ "kind": "patient", "patient_id": "pat-2", "reason": "matter 1" });
    once(&app, "/legal-holds", &body, ("/legal-holds", &other), 201).await;
    assert_eq!(app.database.count("SELECT count(*) FROM audit.legal_holds").await, 1);
    assert_eq!(app.recorded("audit.hold.place").await, 1);
}

#[actix_web::test]
async fn a_record_of_the_inventory_is_added_once_and_its_successor_too() {
    let app = TestApp::start().await;
    let body = json!({ "title": "Clearing house", "due_at": Utc::now() + Duration::days(90), "repeats_months": 12 });
    // The path says what the body does not.
    let other = ("/inventory/risk-assessments", &body);
    let added = once(&app, "/inventory/agreements", &body, other, 201).await;
    assert_eq!(app.database.count("SELECT count(*) FROM audit.inventory").await, 1);
    let path = format!(
        "/inventory/agreements/{}/complete",
        added["record_id"].as_str().unwrap()
    );
    let other = "/inventory/agreements/01936d00-0000-7000-8000-000000000001/complete";
    let completed = once(&app, &path, &json!({}), (other, &json!({})), 200).await;
    assert_eq!(completed["next"]["state"], "open");
    assert_eq!(app.database.count("SELECT count(*) FROM audit.inventory").await, 2);
    assert_eq!(
        (
            app.recorded("audit.inventory.add").await,
            app.recorded("audit.inventory.complete").await
        ),
        (2, 1)
    );
}
