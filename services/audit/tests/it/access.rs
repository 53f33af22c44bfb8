//! Who may call each route, and what another organization sees.

use crate::{app::TestApp, reports};
use mc_audit::routes;
use mc_testkit::access::{self, Route};
use mc_vocabulary::Role;
use serde_json::{Value, json};

const AUDIT: &str = "/api/v1/integrations/audit";
const READERS: &[Role] = &[Role::Compliance, Role::Admin];
const UNMASKERS: &[Role] = &[Role::Compliance];

/// One of each, of the test's organization.
#[derive(Default)]
struct Ids {
    event: String,
    report: String,
    hold: String,
    alert: String,
    record: String,
}

impl Ids {
    async fn in_log_of(app: &TestApp) -> Self {
        app.publish(1).await;
        app.checkpointed().await;
        let report = reports::made(app, &reports::body("retention")).await;
        let token = app.token(Role::Compliance);
        let hold = json!({ "kind": "patient", "patient_id": "pat-1", "reason": "matter 1" });
        let hold = app
            .send("POST", &format!("{AUDIT}/legal-holds"), Some(&token), Some(&hold))
            .await;
        let hold: Value = hold.json().await.unwrap();
        Self {
            event: app.first_event().await,
            report: report.rsplit('/').next().unwrap().to_owned(),
            hold: hold["hold_id"].as_str().unwrap().to_owned(),
            alert: app.alert().await,
            record: app.record_kept().await,
        }
    }
}

fn at(path: &str) -> String {
    format!("{AUDIT}{path}")
}

/// A list, or what every organization has of its own.
fn list(path: &str) -> Route {
    Route::get(at(path)).roles(READERS).success(200).other_organization(200)
}

/// What only the test's organization has.
fn one(path: &str) -> Route {
    Route::get(at(path)).roles(READERS).success(200)
}

fn table(ids: &Ids) -> Vec<Route> {
    [log(ids), retention(ids), reports(ids), detection(ids), inventory(ids)]
        .into_iter()
        .flatten()
        .collect()
}

fn log(ids: &Ids) -> Vec<Route> {
    vec![
        list("/events"),
        Route::post(at("/events/search"))
            .roles(READERS)
            .success(200)
            .json(json!({ "patient_id": "pat-1" }))
            .other_organization(200),
        list("/events/stream"),
        one("/events/{event_id}").with("event_id", &ids.event),
        Route::post(at("/events/{event_id}/unmask"))
            .roles(UNMASKERS)
            .success(200)
            .with("event_id", &ids.event)
            .json(json!({ "justification": "request of the privacy officer" })),
        one("/events/{event_id}/receipt").with("event_id", &ids.event),
        Route::get(at("/fhir/metadata")).public().success(200),
        list("/fhir/AuditEvent"),
        Route::post(at("/fhir/AuditEvent/_search"))
            .roles(READERS)
            .success(200)
            .other_organization(200),
        one("/fhir/AuditEvent/{id}").with("id", &ids.event),
        list("/patients/{id}/accesses").with("id", "pat-1"),
        list("/recent"),
        list("/verification"),
        // Figures of the platform.
        list("/reconciliation"),
        // The log of another organization is empty.
        one("/checkpoint"),
        one("/tile/{path}").with("path", "0/000.p/1"),
        one("/proofs/inclusion").query("index=0&size=1").other_organization(422),
        one("/proofs/consistency").query("from=1&to=1").other_organization(422),
    ]
}

fn retention(ids: &Ids) -> Vec<Route> {
    vec![
        list("/retention"),
        list("/legal-holds"),
        // A user of its own for each call: the same hold twice is a conflict.
        Route::post(at("/legal-holds"))
            .roles(READERS)
            .success(201)
            .json_each(|| json!({ "kind": "user", "user_id": uuid::Uuid::now_v7(), "reason": "matter 1" }))
            .other_organization(201),
        // Admins are called first: then the hold is released.
        Route::post(at("/legal-holds/{hold_id}/release"))
            .roles(READERS)
            .success(200)
            .answers(Role::Compliance, 409)
            .with("hold_id", &ids.hold)
            .json(json!({ "reason": "matter closed" })),
    ]
}

fn reports(ids: &Ids) -> Vec<Route> {
    let disclosure = json!({ "patient_id": "pat-1", "disclosed_at": "2026-03-01T08:00:00Z",
        "recipient": "County health department", "description": "immunisation record", "purpose": "PUBHLTH" });
    vec![
        Route::post(at("/disclosures"))
            .roles(READERS)
            .success(201)
            .json(disclosure)
            .other_organization(201),
        Route::post(at("/reports"))
            .roles(READERS)
            .success(202)
            .json(reports::body("retention"))
            .other_organization(202),
        list("/reports"),
        one("/reports/{id}").with("id", &ids.report),
        one("/reports/{id}/content").with("id", &ids.report),
    ]
}

fn detection(ids: &Ids) -> Vec<Route> {
    vec![
        list("/alerts"),
        one("/alerts/{alert_id}").with("alert_id", &ids.alert),
        Route::patch(at("/alerts/{alert_id}"))
            .roles(READERS)
            .success(200)
            .with("alert_id", &ids.alert)
            .json(json!({ "note": "looked at" })),
        list("/rules"),
        Route::post(at("/rules/learning"))
            .roles(READERS)
            .success(200)
            .other_organization(200),
        // Another organization enters it into its own roster.
        Route::put(at("/workforce/{user_id}"))
            .roles(READERS)
            .success(200)
            .with("user_id", "01936d00-0000-7000-8000-000000000001")
            .json(json!({ "family_name": "Quixano" }))
            .other_organization(200),
        list("/networks"),
        Route::put(at("/networks"))
            .roles(READERS)
            .success(200)
            .json(json!({ "networks": [] }))
            .other_organization(200),
    ]
}

fn inventory(ids: &Ids) -> Vec<Route> {
    let record = |route: Route| route.with("kind", "agreements").with("record_id", &ids.record);
    vec![
        list("/inventory/{kind}").with("kind", "agreements"),
        Route::post(at("/inventory/{kind}"))
            .roles(READERS)
            .success(201)
            .with("kind", "agreements")
            .json(json!({ "title": "Clearing house", "due_at": "2030-01-01T00:00:00Z" }))
            .other_organization(201),
        record(one("/inventory/{kind}/{record_id}")),
        record(Route::patch(at("/inventory/{kind}/{record_id}")))
            .roles(READERS)
            .success(200)
            .json(json!({ "notes": "signed" })),
        // Admins are called first: then the record is done.
        record(Route::post(at("/inventory/{kind}/{record_id}/complete")))
            .roles(READERS)
            .success(200)
            .answers(Role::Compliance, 409)
            .json(json!({})),
    ]
}

#[actix_web::test]
async fn only_compliance_and_admins_read_the_log_and_keep_records() {
    let app = TestApp::start().await;
    let ids = Ids::in_log_of(&app).await;
    access::check(&app, &table(&ids)).await;
}

#[test]
fn the_table_has_every_route_of_the_document() {
    access::compare_with_document(routes::ABOUT, routes::routes, &table(&Ids::default()));
}

#[actix_web::test]
async fn another_organization_sees_nothing_of_this_one() {
    let app = TestApp::start().await;
    let ids = Ids::in_log_of(&app).await;
    let organization = app.organization_id.to_string();
    let mut words = vec![organization.as_str(), "billing.test.0"];
    words.extend([&ids.event, &ids.report, &ids.hold, &ids.alert, &ids.record].map(String::as_str));
    access::check_isolation(&app, &table(&ids), &words).await;
}
