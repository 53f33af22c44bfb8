//! What each route puts on record, seen in the outbox: exactly this, and nothing where nothing is
//! to be. Of whoever may not, the refusal.

use crate::app::TestApp;
use chrono::{Duration, Utc};
use mc_testkit::AuditTrail;
use mc_vocabulary::Role;
use reqwest::Response;
use serde_json::{Value, json};

/// No record has this id.
const USER: &str = "01936d00-0000-7000-8000-000000000001";

struct Walk {
    app: TestApp,
    record: AuditTrail,
    officer: String,
    outsider: String,
}

impl Walk {
    /// Over a log with two events about patients, under a checkpoint.
    async fn start() -> Self {
        let app = TestApp::start().await;
        app.publish(2).await;
        app.checkpointed().await;
        let token = |role| app.issuer.token(&app.caller(role));
        let (officer, outsider) = (token(Role::Compliance), token(Role::Doctor));
        let record = AuditTrail::from_now(&app.database, "audit").await;
        Self {
            app,
            record,
            officer,
            outsider,
        }
    }

    /// Calls `route`, below `/api/v1/integrations/audit`, with `ids` in place of the parts in
    /// braces. First as a caller without permission: the response is 403, and the first of `adds`
    /// is recorded as denied. Then as compliance: the response is `status`, and exactly `adds` is
    /// recorded.
    async fn step(&self, route: &str, ids: &[&str], body: Value, status: u16, adds: &[&str]) -> Value {
        self.refused(route, ids, &body, adds.first().copied()).await;
        self.allowed(route, ids, &body, status, adds).await
    }

    async fn refused(&self, route: &str, ids: &[&str], body: &Value, action: Option<&str>) {
        let refused = self.call(route, ids, body, &self.outsider).await;
        assert_eq!(refused.status(), 403, "{route}");
        let denied: Vec<_> = action.map(|action| format!("{action} denied")).into_iter().collect();
        assert_eq!(self.record.added().await, denied, "{route} refused");
    }

    async fn allowed(&self, route: &str, ids: &[&str], body: &Value, status: u16, adds: &[&str]) -> Value {
        let answer = self.call(route, ids, body, &self.officer).await;
        assert_eq!(answer.status(), status, "{route}");
        assert_eq!(self.record.added().await, adds, "{route} answered {status}");
        // What is no JSON may have no end.
        match answer.headers()["Content-Type"].to_str() {
            Ok("application/json") => answer.json().await.unwrap(),
            _ => Value::Null,
        }
    }

    async fn call(&self, route: &str, ids: &[&str], body: &Value, token: &str) -> Response {
        let (method, path) = route.split_once(' ').unwrap();
        let path = format!("/api/v1/integrations/audit{}", filled(path, ids));
        let body = (!body.is_null()).then_some(body);
        self.app.send(method, &path, Some(token), body).await
    }
}

/// The path with each `{…}` replaced by the next of `ids`.
fn filled(path: &str, ids: &[&str]) -> String {
    ids.iter().fold(path.to_owned(), |path, id| {
        let (before, rest) = path.split_once('{').unwrap();
        format!("{before}{id}{}", rest.split_once('}').unwrap().1)
    })
}

const NOTHING: Value = Value::Null;

#[actix_web::test]
async fn reading_searching_watching_and_unmasking_events_is_on_record() {
    let walk = Walk::start().await;
    let event = walk.app.first_event().await;
    let event = event.as_str();
    walk.step("GET /events", &[], NOTHING, 200, &["audit.events.search"])
        .await;
    let search = json!({ "patient_id": "pat-1" });
    walk.step("POST /events/search", &[], search, 200, &["audit.events.search"])
        .await;
    walk.step("GET /events/stream", &[], NOTHING, 200, &["audit.events.stream"])
        .await;
    walk.step("GET /events/{event_id}", &[event], NOTHING, 200, &["audit.event.read"])
        .await;
    walk.allowed("GET /events/{event_id}", &[USER], &NOTHING, 404, &[])
        .await;
    walk.step(
        "GET /events/{event_id}/receipt",
        &[event],
        NOTHING,
        200,
        &["audit.receipt.read"],
    )
    .await;
    walk.step(
        "POST /events/{event_id}/unmask",
        &[event],
        json!({ "justification": "complaint 42 of the patient" }),
        200,
        &["audit.event.unmask"],
    )
    .await;
    walk.step("GET /recent", &[], NOTHING, 200, &["audit.recent.read"])
        .await;
    walk.step(
        "GET /patients/{id}/accesses",
        &["pat-1"],
        NOTHING,
        200,
        &["audit.patient_accesses.read"],
    )
    .await;
}

#[actix_web::test]
async fn reading_and_searching_in_fhir_is_on_record_as_otherwise() {
    let walk = Walk::start().await;
    let event = walk.app.first_event().await;
    let event = event.as_str();
    walk.step("GET /fhir/AuditEvent", &[], NOTHING, 200, &["audit.events.search"])
        .await;
    walk.step(
        "POST /fhir/AuditEvent/_search",
        &[],
        NOTHING,
        200,
        &["audit.events.search"],
    )
    .await;
    walk.allowed(
        "GET /fhir/AuditEvent?_id={id}",
        &[event],
        &NOTHING,
        200,
        &["audit.event.read"],
    )
    .await;
    walk.allowed(
        "POST /fhir/AuditEvent/_search?_id={id}",
        &[event],
        &NOTHING,
        200,
        &["audit.event.read"],
    )
    .await;
    walk.step(
        "GET /fhir/AuditEvent/{id}",
        &[event],
        NOTHING,
        200,
        &["audit.event.read"],
    )
    .await;
    walk.allowed("GET /fhir/metadata", &[], &NOTHING, 200, &[]).await;
}

#[actix_web::test]
async fn of_hashes_figures_and_rules_only_a_refusal_is_on_record() {
    let walk = Walk::start().await;
    for (route, id, action) in [
        ("GET /checkpoint", "", "checkpoint.read"),
        ("GET /networks", "", "network.list"),
        ("GET /proofs/consistency?from=1&to=2", "", "proof.read"),
        ("GET /proofs/inclusion?index=0&size=2", "", "proof.read"),
        ("GET /reconciliation", "", "reconciliation.read"),
        ("GET /rules", "", "rule.list"),
        ("GET /verification", "", "log.verify"),
        ("GET /tile/{path}", "0/000.p/2", "tile.read"),
    ] {
        let ids = if id.is_empty() { &[][..] } else { &[id] };
        let action = format!("audit.{action}");
        walk.refused(route, ids, &NOTHING, Some(&action)).await;
        walk.allowed(route, ids, &NOTHING, 200, &[]).await;
    }
}

#[actix_web::test]
async fn work_on_alerts_and_on_what_detection_knows_is_on_record() {
    let walk = Walk::start().await;
    let alert = walk.app.alert().await;
    let alert = alert.as_str();
    let note = json!({ "note": "looked at" });
    let member = json!({ "family_name": "Quixano" });
    walk.step("GET /alerts", &[], NOTHING, 200, &["audit.alert.list"]).await;
    walk.step("GET /alerts/{alert_id}", &[alert], NOTHING, 200, &["audit.alert.read"])
        .await;
    walk.step("PATCH /alerts/{alert_id}", &[alert], note, 200, &["audit.alert.update"])
        .await;
    walk.step("POST /rules/learning", &[], NOTHING, 200, &["audit.thresholds.learn"])
        .await;
    walk.step(
        "PUT /networks",
        &[],
        json!({ "networks": [] }),
        200,
        &["audit.network.set"],
    )
    .await;
    walk.step(
        "PUT /workforce/{user_id}",
        &[USER],
        member,
        200,
        &["audit.workforce.set"],
    )
    .await;
}

#[actix_web::test]
async fn work_on_the_inventory_is_on_record() {
    let walk = Walk::start().await;
    let agreement =
        json!({ "title": "Clearing house", "due_at": Utc::now() + Duration::days(90), "repeats_months": 12 });
    let added = walk
        .step(
            "POST /inventory/{kind}",
            &["agreements"],
            agreement,
            201,
            &["audit.inventory.add"],
        )
        .await;
    let one: &[&str] = &["agreements", added["record_id"].as_str().unwrap()];
    walk.step(
        "GET /inventory/{kind}",
        &["agreements"],
        NOTHING,
        200,
        &["audit.inventory.list"],
    )
    .await;
    walk.step(
        "GET /inventory/{kind}/{record_id}",
        one,
        NOTHING,
        200,
        &["audit.inventory.read"],
    )
    .await;
    walk.step(
        "PATCH /inventory/{kind}/{record_id}",
        one,
        json!({ "notes": "signed" }),
        200,
        &["audit.inventory.update"],
    )
    .await;
    walk.step(
        "POST /inventory/{kind}/{record_id}/complete",
        one,
        json!({}),
        200,
        &["audit.inventory.complete", "audit.inventory.add"],
    )
    .await;
}

#[actix_web::test]
async fn holds_and_retention_are_on_record() {
    let walk = Walk::start().await;
    let hold = json!({ "kind": "patient", "patient_id": "pat-1", "reason": "matter 1" });
    let placed = walk
        .step("POST /legal-holds", &[], hold, 201, &["audit.hold.place"])
        .await;
    let hold = placed["hold_id"].as_str().unwrap();
    walk.step("GET /legal-holds", &[], NOTHING, 200, &["audit.hold.list"])
        .await;
    walk.step("GET /retention", &[], NOTHING, 200, &["audit.retention.read"])
        .await;
    walk.step(
        "POST /legal-holds/{hold_id}/release",
        &[hold],
        json!({ "reason": "matter closed" }),
        200,
        &["audit.hold.release"],
    )
    .await;
}

#[actix_web::test]
async fn reports_are_on_record_when_requested_built_read_and_downloaded_and_so_are_disclosures() {
    let walk = Walk::start().await;
    let requested = json!({ "kind": "retention", "from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z" });
    walk.refused("POST /reports", &[], &requested, Some("audit.report.request"))
        .await;
    let report = walk.call("POST /reports", &[], &requested, &walk.officer).await;
    assert_eq!(report.status(), 202);
    // The worker may have finished it by now.
    let both = ["audit.report.request", "audit.report.built"];
    walk.record.wait_for(&both).await;
    let report: Value = report.json().await.unwrap();
    let report = report["id"].as_str().unwrap();
    walk.step("GET /reports", &[], NOTHING, 200, &["audit.report.list"])
        .await;
    walk.step("GET /reports/{id}", &[report], NOTHING, 200, &["audit.report.read"])
        .await;
    walk.step(
        "GET /reports/{id}/content",
        &[report],
        NOTHING,
        200,
        &["audit.report.download"],
    )
    .await;
    let disclosure = json!({ "patient_id": "pat-1", "disclosed_at": Utc::now() - Duration::days(1),
        "recipient": "County health department", "description": "immunisation record", "purpose": "PUBHLTH" });
    walk.step("POST /disclosures", &[], disclosure, 201, &["audit.disclosure.record"])
        .await;
}
