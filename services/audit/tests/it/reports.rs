//! Reports: requested, built under a checkpoint, downloaded as JSON, CSV and PDF, and provable.

use crate::app::{TestApp, record};
use aws_lc_rs::digest::{SHA256, digest};
use mc_contracts::{Actor, ActorKind, AuditRecord, Outcome};
use mc_testkit::{Caller, eventually};
use mc_transparency::{Checkpoint, Frontier, Hash, VerifierKey, checkpoint::verify};
use mc_vocabulary::{OrganizationId, Role};
use serde_json::{Value, json};

const REPORTS: &str = "/api/v1/integrations/audit/reports";

fn user(id: &str, role: &str) -> Actor {
    Actor {
        kind: ActorKind::User,
        roles: vec![role.to_owned()],
        ..Actor::system(id)
    }
}

/// A day: two doctors, two patients, an emergency, a failed sign-in, a new user, a consent,
/// disclosures.
fn day() -> Vec<AuditRecord> {
    let at = |action: &str, minute: i64, actor: Actor| {
        let mut record = record(action);
        record.occurred_at = "2026-03-01T08:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap()
            + chrono::TimeDelta::minutes(minute);
        record.actor = actor;
        record
    };
    let doctor = || user("u-1", "doctor");
    let mut other = at("ehr.patient_summary.read", 1, doctor());
    other.patient_id = Some("pat-2".parse().unwrap());
    let mut glass = at("ehr.emergency_override", 2, user("u-2", "nurse"));
    (glass.emergency, glass.purpose) = (true, Some("ETREAT".to_owned()));
    let mut failed = at("auth.login", 3, user("u-3", "staff")).detail("reason", "wrong_password");
    (failed.outcome, failed.patient_id) = (Outcome::Denied, None);
    let mut added = at("auth.user.add", 4, user("u-4", "admin"))
        .entity("User", "u-5")
        .detail("roles", json!(["doctor"]));
    added.patient_id = None;
    let mut refused = at("ehr.patient_summary.read", 6, doctor()).detail("reason", "no_consent");
    refused.outcome = Outcome::Denied;
    let disclosed = |minute| {
        at("audit.disclosure.record", minute, user("u-6", "compliance"))
            .purpose("PUBHLTH")
            .detail("recipient", "County health department")
    };
    vec![
        at("ehr.patient_summary.read", 0, doctor()),
        other,
        glass,
        failed,
        added,
        at("ehr.consent.record", 5, user("u-7", "patient")).detail("decision", "deny"),
        refused,
        disclosed(7),
        disclosed(8),
        at("insurance.eligibility.verify", 9, user("u-8", "billing")).purpose("HPAYMT"),
    ]
}

pub fn body(kind: &str) -> Value {
    json!({ "kind": kind, "from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z" })
}

async fn ask(app: &TestApp, body: &Value) -> reqwest::Response {
    let token = app.issuer.token(&app.caller(Role::Compliance));
    app.send("POST", REPORTS, Some(&token), Some(body)).await
}

/// Asks, and waits until it is finished; gives where it is.
pub async fn made(app: &TestApp, body: &Value) -> String {
    let requested = ask(app, body).await;
    assert_eq!(requested.status(), 202);
    let place = requested.headers()["Location"].to_str().unwrap().to_owned();
    eventually("the report", || async {
        let state = app.read(&place).await;
        assert_ne!(state["state"], "failed", "{state}");
        (state["state"] == "done").then_some(())
    })
    .await;
    place
}

async fn content(app: &TestApp, body: &Value) -> Value {
    let place = made(app, body).await;
    app.read(&format!("{place}/content")).await
}

fn column(report: &Value, name: &str) -> Vec<String> {
    let place = report["columns"]
        .as_array()
        .unwrap()
        .iter()
        .position(|column| column["name"] == name)
        .unwrap();
    let rows = report["rows"].as_array().unwrap().iter();
    rows.map(|row| row[place].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn each_kind_finds_its_own() {
    let app = TestApp::start().await;
    app.publish_all(&day()).await;
    let with = |kind: &str, name: &str, value: &str| {
        let mut body = body(kind);
        body[name] = json!(value);
        body
    };
    let report = content(&app, &with("access_by_patient", "patient_id", "pat-1")).await;
    assert_eq!(report["count"], 7, "{report:#}");
    assert!(!report.to_string().contains("pat-1") && report["report"]["patient"].as_str().unwrap().starts_with("pt_"));
    let report = content(&app, &with("access_by_user", "user_id", "u-1")).await;
    assert_eq!(report["count"], 3);
    let report = content(&app, &body("break_glass")).await;
    assert_eq!(column(&report, "User"), ["u-2"]);
    let report = content(&app, &body("failed_sign_ins")).await;
    assert_eq!(column(&report, "Outcome"), ["refused: wrong password"]);
    let report = content(&app, &body("privilege_changes")).await;
    assert_eq!(column(&report, "To whom or what"), ["User u-5"]);
    let report = content(&app, &body("consent_decisions")).await;
    assert_eq!(
        column(&report, "Decision"),
        ["deny", ""],
        "the decision, and what it forbade"
    );
    let report = content(&app, &with("disclosures", "patient_id", "pat-1")).await;
    assert_eq!(column(&report, "Recipient"), ["County health department"]);
    assert_eq!(column(&report, "How often"), ["2 times"]);
    assert_eq!(
        report["figures"][2]["value"], 1,
        "the insurer's answer is payment, and left out"
    );
    let report = content(&app, &body("retention")).await;
    assert_eq!(report["count"], 0);
    assert!(report["notes"].to_string().contains("kept for 7 years"));
}

/// What an auditor does with the report, the log's bytes and the public key.
#[actix_web::test]
async fn a_report_is_proven_complete_from_the_log_and_the_public_key() {
    let app = TestApp::start().await;
    app.publish_all(&day()).await;
    let place = made(&app, &body("failed_sign_ins")).await;
    let token = app.issuer.token(&app.caller(Role::Compliance));
    let bytes = app
        .get(&format!("{place}/content"), Some(&token))
        .await
        .bytes()
        .await
        .unwrap();
    let report: Value = serde_json::from_slice(&bytes).unwrap();
    let state = app.read(&place).await;
    assert_eq!(
        state["sha256"],
        hex::encode(digest(&SHA256, &bytes)),
        "the bytes that were taken are those of the digest"
    );
    let made = &report["report"]["checkpoint"];
    let key: VerifierKey = made["public_key"].as_str().unwrap().parse().unwrap();
    let checkpoint: Checkpoint = verify(made["note"].as_str().unwrap(), &[key]).unwrap();
    assert_eq!(checkpoint.size, made["size"].as_u64().unwrap());
    assert_eq!(
        (&made["first_index"], made["last_index"].as_u64().unwrap()),
        (&json!(0), checkpoint.size - 1)
    );

    let leaves: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT leaf FROM audit.events WHERE organization_id = $1 AND log_index < $2 ORDER BY log_index",
    )
    .bind(app.organization_id.uuid())
    .bind(made["size"].as_i64().unwrap())
    .fetch_all(&app.database.owner)
    .await
    .unwrap();
    let mut tree = Frontier::new();
    for leaf in &leaves {
        tree.push(Hash::leaf(leaf));
    }
    assert_eq!(tree.root(), checkpoint.root, "the log is the one that was signed");
    let failed: Vec<String> = leaves
        .iter()
        .zip(0..)
        .filter(|(leaf, _): &(&Vec<u8>, i64)| {
            let leaf: Value = serde_json::from_slice(leaf).unwrap();
            leaf["record"]["action"] == "auth.login" && leaf["record"]["outcome"] != "success"
        })
        .map(|(_, index)| index.to_string())
        .collect();
    assert_eq!(column(&report, "Entry"), failed, "none is missing and none is invented");

    eventually("the report in the log", || async {
        let built = app
            .read("/api/v1/integrations/audit/events?action=audit.report.built")
            .await;
        let event = built["events"].as_array().unwrap().first()?.clone();
        assert_eq!(event["details"]["sha256"], state["sha256"]);
        Some(())
    })
    .await;
}

#[actix_web::test]
async fn it_is_taken_as_csv_and_as_pdf_and_the_taking_is_in_the_log() {
    let app = TestApp::start().await;
    app.publish_all(&day()).await;
    let place = made(&app, &body("break_glass")).await;
    let token = app.issuer.token(&app.caller(Role::Admin));
    let take = async |query: &str, accept: &str| {
        let client = reqwest::Client::builder().build().unwrap();
        let request = client
            .get(format!("{}{place}/content{query}", app.base))
            .bearer_auth(&token);
        let response = request.header("Accept", accept).send().await.unwrap();
        let kind = response.headers()["Content-Type"].to_str().unwrap().to_owned();
        let name = response.headers()["Content-Disposition"].to_str().unwrap().to_owned();
        (kind, name, response.bytes().await.unwrap())
    };
    let (kind, name, pdf) = take("", "application/pdf").await;
    assert_eq!(kind, "application/pdf");
    assert!(name.ends_with(".pdf\"") && pdf.starts_with(b"%PDF-"), "{name}");
    let (kind, _, csv) = take("?format=csv", "application/pdf").await;
    assert!(kind.starts_with("text/csv"));
    let csv = String::from_utf8(csv.to_vec()).unwrap();
    assert!(
        csv.starts_with("When (UTC),") && csv.contains("checkpoint") && csv.contains("u-2"),
        "{csv}"
    );
    let (kind, _, _) = take("", "*/*").await;
    assert_eq!(kind, "application/json");
    eventually("three takings in the log", || async {
        let taken = app
            .read("/api/v1/integrations/audit/events?action=audit.report.download")
            .await;
        (taken["events"].as_array().unwrap().len() == 3).then_some(())
    })
    .await;
    let stored = app
        .database
        .count("SELECT count(*) FROM audit.reports WHERE position('u-2' IN encode(content_sealed, 'escape')) > 0")
        .await;
    assert_eq!(stored, 0, "what is stored is sealed");
}

#[actix_web::test]
async fn a_report_goes_on_where_a_killed_process_stopped() {
    let app = TestApp::start().await;
    app.publish_all(&day()).await;
    let requested: Value = ask(
        &app,
        &json!({ "kind": "break_glass", "from": "2020-01-01T00:00:00Z", "to": "2029-01-01T00:00:00Z" }),
    )
    .await
    .json()
    .await
    .unwrap();
    eventually("a report on its way", || async {
        let begun = "SELECT count(*) FROM audit.reports WHERE reached_at > since";
        (app.database.count(begun).await == 1).then_some(())
    })
    .await;
    app.stop();
    let place = format!("{REPORTS}/{}", requested["id"].as_str().unwrap());
    let second = app.beside().await;
    let token = app.issuer.token(&app.caller(Role::Compliance));
    eventually("the report", || async {
        let client = reqwest::Client::builder().build().unwrap();
        let response = client
            .get(format!("{}{place}", second.base))
            .bearer_auth(&token)
            .send()
            .await
            .unwrap();
        let state: Value = response.json().await.unwrap();
        (state["state"] == "done" && state["lines"] == 1).then_some(())
    })
    .await;
    second.stop();
}

#[actix_web::test]
async fn a_disclosure_outside_the_system_is_written_down_accounted_for_and_an_audit_event_of_its_profile() {
    let app = TestApp::start().await;
    let token = app.issuer.token(&app.caller(Role::Compliance));
    let mut recorded = json!({ "patient_id": "pat-1", "disclosed_at": "2026-03-01T08:00:00Z", "recipient": "County health department",
        "recipient_address": "reports@health.example", "description": "immunisation record", "purpose": "pubhlth" });
    let disclose = async |recorded: &Value| {
        app.send(
            "POST",
            "/api/v1/integrations/audit/disclosures",
            Some(&token),
            Some(recorded),
        )
        .await
    };
    assert_eq!(disclose(&recorded).await.status(), 201);
    recorded["basis"] = json!("authorization");
    assert_eq!(disclose(&recorded).await.status(), 201);
    recorded["disclosed_at"] = json!("2999-03-01T08:00:00Z");
    assert_eq!(disclose(&recorded).await.status(), 422);
    eventually("both in the log", || async { (app.logged().await >= 2).then_some(()) }).await;
    let mut requested = body("disclosures");
    requested["patient_id"] = json!("pat-1");
    let report = content(&app, &requested).await;
    assert_eq!(column(&report, "What was disclosed"), ["immunisation record"]);
    assert_eq!(column(&report, "Address"), ["reports@health.example"]);
    assert_eq!(
        report["figures"][4],
        json!({ "name": "left out: other exclusions", "value": 1 })
    );
    let bundle = app
        .read("/api/v1/integrations/audit/fhir/AuditEvent?subtype=disclose")
        .await;
    let profile = bundle["entry"][0]["resource"]["meta"]["profile"][0].as_str().unwrap();
    assert!(
        profile.ends_with("IHE.BasicAudit.PrivacyDisclosure.Source"),
        "{bundle:#}"
    );
}

#[actix_web::test]
async fn invalid_requests_are_refused() {
    let app = TestApp::start().await;
    for (kind, name, value) in [
        ("access_by_patient", "kind", json!("access_by_patient")),
        ("access_by_user", "patient_id", json!("pat-1")),
        ("retention", "user_id", json!("u-1")),
        ("break_glass", "to", json!("2026-02-01T00:00:00Z")),
        ("break_glass", "to", json!("2046-02-01T00:00:00Z")),
        ("break_glass", "kind", json!("gossip")),
        ("break_glass", "colour", json!("red")),
    ] {
        let mut requested = body(kind);
        requested[name] = value;
        assert_eq!(ask(&app, &requested).await.status(), 422, "{requested}");
    }
    let unknown = format!("{REPORTS}/01936d00-0000-7000-8000-000000000001");
    let token = app.issuer.token(&app.caller(Role::Compliance));
    assert_eq!(app.get(&unknown, Some(&token)).await.status(), 404);
    assert_eq!(app.get(&format!("{unknown}/content"), Some(&token)).await.status(), 404);
}

#[actix_web::test]
async fn another_organisations_report_does_not_exist() {
    let app = TestApp::start().await;
    app.publish(1).await;
    let place = made(&app, &body("retention")).await;
    let elsewhere = app.issuer.token(&Caller::new(OrganizationId::new(), Role::Compliance));
    assert_eq!(app.get(&place, Some(&elsewhere)).await.status(), 404);
    assert_eq!(
        app.get(&format!("{place}/content"), Some(&elsewhere)).await.status(),
        404
    );
    let list: Value = app.get(REPORTS, Some(&elsewhere)).await.json().await.unwrap();
    assert_eq!(list["reports"], json!([]));
    assert_eq!(app.read(REPORTS).await["reports"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn who_looks_how_far_reports_are_is_on_record() {
    let app = TestApp::start().await;
    let place = made(&app, &body("retention")).await;
    app.read(REPORTS).await;
    for (action, at_least) in [("audit.report.list", 1), ("audit.report.read", 1)] {
        eventually(action, || async {
            let sql = "SELECT action FROM audit.events WHERE action IN ('audit.report.list', 'audit.report.read')";
            let seen: Vec<String> = sqlx::query_scalar(sql).fetch_all(&app.database.owner).await.unwrap();
            (seen.iter().filter(|seen| *seen == action).count() >= at_least).then_some(())
        })
        .await;
    }
    let id = place.rsplit('/').next().unwrap();
    let read = app
        .read("/api/v1/integrations/audit/events?action=audit.report.read&limit=1")
        .await;
    assert_eq!(read["events"][0]["entity"]["id"], id, "{read:#}");
}
