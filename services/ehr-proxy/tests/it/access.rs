//! Every route, without a token, as a role that may not call it, with a forged or expired token and
//! from another organization. No route of the document is missing.

use crate::{
    app::{Got, SECRET, TestApp, connection, send},
    ehr::{ENCOUNTER, PATIENT},
};
use mc_testkit::Caller;
use mc_vocabulary::{OrganizationId, Role};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use std::collections::BTreeSet;

/// Method, path of the document, a role that is refused, a role that is allowed, whether it is a
/// FHIR route.
const ROUTES: &[(&str, &str, Role, Role, bool)] = &[
    (
        "GET",
        "/api/v1/integrations/ehr/patient-summary/{id}",
        Role::Staff,
        Role::Doctor,
        true,
    ),
    (
        "PUT",
        "/api/v1/integrations/ehr/encounter/{id}",
        Role::Nurse,
        Role::Doctor,
        true,
    ),
    (
        "POST",
        "/api/v1/integrations/ehr/consents",
        Role::Billing,
        Role::Staff,
        false,
    ),
    (
        "GET",
        "/api/v1/integrations/ehr/consents",
        Role::Compliance,
        Role::Staff,
        false,
    ),
    (
        "PUT",
        "/api/v1/integrations/ehr/connection",
        Role::Doctor,
        Role::Admin,
        false,
    ),
    (
        "GET",
        "/api/v1/integrations/ehr/connection",
        Role::Staff,
        Role::Admin,
        false,
    ),
];

/// A request that is valid except for its caller.
fn request(app: &TestApp, method: &str, path: &str) -> RequestBuilder {
    let at = match path {
        "/api/v1/integrations/ehr/encounter/{id}" => path.replace("{id}", ENCOUNTER),
        "/api/v1/integrations/ehr/consents" if method == "GET" => format!("{path}?patient_id={PATIENT}"),
        _ => path.replace("{id}", PATIENT),
    };
    let request = app
        .bare(method.parse::<Method>().unwrap(), &at)
        .header("X-Access-Justification", "scheduled visit");
    let request = request.header("Idempotency-Key", mc_vocabulary::EventId::new().to_string());
    match (method, path) {
        ("PUT", "/api/v1/integrations/ehr/connection") => request.json(&connection("https://ehr.example.org", SECRET)),
        ("PUT", _) => request.json(&json!({ "diagnosis": "flu" })),
        ("POST", _) => request.json(&json!({ "patient_id": PATIENT, "purpose": "treatment", "decision": "permit" })),
        _ => request,
    }
}

fn refused(got: &Got, status: u16, fhir: bool, what: &str) {
    let kind = if fhir {
        "application/fhir+json"
    } else {
        "application/problem+json"
    };
    assert_eq!(
        (got.status, got.header("content-type")),
        (status, kind),
        "{what}: {}",
        got.text
    );
    assert!(got.text.contains(got.header("x-trace-id")), "{what}: {}", got.text);
}

#[actix_web::test]
async fn every_route_requires_a_valid_token() {
    let (app, ehr) = TestApp::with_ehr().await;
    for &(method, path, outsider, insider, fhir) in ROUTES {
        let as_bearer = |token: String| request(&app, method, path).bearer_auth(token);
        let what = format!("{method} {path}");
        let nobody = send(request(&app, method, path)).await;
        refused(&nobody, 401, fhir, &what);
        assert!(nobody.header("www-authenticate").starts_with("Bearer"));
        refused(&send(as_bearer("a.b.c".to_owned())).await, 401, fhir, &what);
        refused(
            &send(as_bearer(app.issuer.expired(&app.caller(insider)))).await,
            401,
            fhir,
            &what,
        );
        refused(
            &send(as_bearer(app.issuer.token(&app.caller(outsider)))).await,
            403,
            fhir,
            &what,
        );
    }
    assert_eq!(
        ehr.seen("POST", "/oauth2/token").await,
        0,
        "nothing was called for any of them"
    );
}

#[actix_web::test]
async fn another_organization_sees_nothing_of_this_one() {
    let (app, ehr) = TestApp::with_ehr().await;
    for &(method, path, _, insider, _) in ROUTES {
        let there = app.issuer.token(&Caller::new(OrganizationId::new(), insider));
        let got = send(request(&app, method, path).bearer_auth(there)).await;
        let expected = match (method, path) {
            // Their own list is empty; the decision is about a patient of their own with that id.
            ("GET", "/api/v1/integrations/ehr/consents") => 200,
            ("POST", _) => 201,
            ("GET", "/api/v1/integrations/ehr/connection") => 404,
            ("GET", _) => 403,
            // They have no EHR, and the secret belongs to another organization.
            _ => 409,
        };
        assert_eq!(got.status, expected, "{method} {path}: {}", got.text);
        assert!(!got.text.contains("Quixano") && !got.text.contains(&ehr.server.uri()));
    }
    assert_eq!(ehr.seen("GET", &format!("/Patient/{PATIENT}")).await, 0);
}

#[test]
fn no_route_of_the_document_is_missing() {
    let document = mc_chassis::http::document(mc_ehr_proxy::routes::ABOUT, mc_ehr_proxy::routes::routes);
    let document = serde_json::to_value(document).unwrap();
    let mut documented = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            documented.insert((method.to_uppercase(), path.clone()));
            for status in ["401", "403", "503"] {
                assert!(
                    !operation["responses"][status].is_null(),
                    "{method} {path} may answer {status}"
                );
            }
        }
    }
    let tested: BTreeSet<_> = ROUTES
        .iter()
        .map(|(method, path, ..)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    assert_eq!(documented, tested);
}
