//! Who may call each route, what another organization sees, and the form of refusals.

use crate::{
    app::{Got, SECRET, TestApp, WHY, connection, send},
    ehr::{ENCOUNTER, PATIENT},
    encounter,
};
use mc_ehr_proxy::routes;
use mc_testkit::access::{self, Route};
use mc_vocabulary::Role;
use serde_json::json;

const SUMMARY: &str = "/api/v1/integrations/ehr/patient-summary/{id}";
const DOCUMENTATION: &str = "/api/v1/integrations/ehr/encounter/{id}";
const CONSENTS: &str = "/api/v1/integrations/ehr/consents";
const CONNECTION: &str = "/api/v1/integrations/ehr/connection";

const READERS: &[Role] = &[Role::Doctor, Role::Nurse, Role::Admin];
const WRITERS: &[Role] = &[Role::Doctor];
const RECORDERS: &[Role] = &[Role::Admin, Role::Staff, Role::Nurse, Role::Doctor];
const ADMIN: &[Role] = &[Role::Admin];

fn table() -> Vec<Route> {
    vec![
        // Another organization has not recorded this patient's consent.
        Route::get(SUMMARY)
            .roles(READERS)
            .success(200)
            .with("id", PATIENT)
            .header("X-Access-Justification", WHY)
            .other_organization(403),
        // Another organization has no EHR.
        Route::put(DOCUMENTATION)
            .roles(WRITERS)
            .success(200)
            .with("id", ENCOUNTER)
            .json(json!({ "diagnosis": "influenza A" }))
            .other_organization(409),
        // The decision of another organization is about a patient of their own with that id.
        Route::post(CONSENTS)
            .roles(RECORDERS)
            .success(201)
            .json(json!({ "patient_id": PATIENT, "purpose": "payment", "decision": "deny" }))
            .other_organization(201),
        Route::get(CONSENTS)
            .roles(RECORDERS)
            .success(200)
            .query(&format!("patient_id={PATIENT}"))
            .other_organization(200),
        Route::get(CONNECTION).roles(ADMIN).success(200),
        // Last: the others need the connection that it replaces. The secret belongs to the test's
        // organization.
        Route::put(CONNECTION)
            .roles(ADMIN)
            .success(200)
            .json(connection("https://ehr.example.org", SECRET))
            .other_organization(409),
    ]
}

#[actix_web::test]
async fn charts_consents_and_connections_have_their_own_roles() {
    let (app, _ehr) = encounter::taking().await;
    access::check(&app, &table()).await;
}

#[test]
fn the_table_has_every_route_of_the_document() {
    access::compare_with_document(routes::ABOUT, routes::routes, &table());
}

#[test]
fn every_route_documents_that_a_component_may_be_unavailable() {
    let document = mc_chassis::http::document(routes::ABOUT, routes::routes);
    let document = serde_json::to_value(document).unwrap();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(operation["responses"]["503"].is_object(), "{method} {path}");
        }
    }
}

#[actix_web::test]
async fn another_organization_sees_nothing_of_this_one() {
    let (app, ehr) = TestApp::with_ehr().await;
    access::check_isolation(&app, &table(), &["Quixano", &ehr.server.uri()]).await;
    assert_eq!(ehr.seen("GET", &format!("/Patient/{PATIENT}")).await, 0);
}

#[actix_web::test]
async fn a_refusal_has_the_media_type_of_its_route_and_calls_no_upstream() {
    let (app, ehr) = TestApp::with_ehr().await;
    let http = reqwest::Client::builder().build().unwrap();
    let expired = app.issuer.expired(&app.caller(Role::Admin));
    for route in table() {
        let name = route.name();
        let request = || route.request(&http, &app.base);
        let nobody = send(request()).await;
        assert!(nobody.header("www-authenticate").starts_with("Bearer"), "{name}");
        assert_refused(&nobody, 401, &name);
        for (token, status) in [
            ("a.b.c", 401),
            (expired.as_str(), 401),
            (app.token(Role::Billing).as_str(), 403),
        ] {
            assert_refused(&send(request().bearer_auth(token)).await, status, &name);
        }
    }
    assert_eq!(ehr.seen("POST", "/oauth2/token").await, 0);
}

fn assert_refused(got: &Got, status: u16, name: &str) {
    let is_fhir = name.ends_with(SUMMARY) || name.ends_with(DOCUMENTATION);
    let media_type = if is_fhir {
        "application/fhir+json"
    } else {
        "application/problem+json"
    };
    assert_eq!(
        (got.status, got.header("content-type")),
        (status, media_type),
        "{name}: {}",
        got.text
    );
    assert!(got.text.contains(got.header("x-trace-id")), "{name}: {}", got.text);
}
