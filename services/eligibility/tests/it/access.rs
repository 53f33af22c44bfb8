//! Every route, as nobody, as somebody who may not, from another organisation, with an expired token; none of the document is missing.

use crate::app::{COVERAGES, TestApp, VERIFY, coverage};
use mc_testkit::Caller;
use mc_vocabulary::{OrganizationId, Role};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ROUTES: &[(&str, &str)] = &[
    ("POST", COVERAGES),
    ("GET", "/api/v1/integrations/insurance/coverages/{coverage_id}"),
    ("GET", VERIFY),
    ("POST", VERIFY),
];

/// A request that is good but for its caller.
fn request(method: &str, path: &str, coverage_id: &str) -> (Method, String, Option<Value>) {
    let (path, body) = match (method, path) {
        ("POST", COVERAGES) => (path.to_owned(), Some(coverage("pat-9"))),
        ("POST", _) => (path.to_owned(), Some(json!({ "coverage_id": coverage_id }))),
        (_, VERIFY) => (format!("{path}?coverage_id={coverage_id}"), None),
        _ => (path.replace("{coverage_id}", coverage_id), None),
    };
    (method.parse().unwrap(), path, body)
}

#[actix_web::test]
async fn every_route_asks_who_is_there_and_whether_they_may() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    for &(method, path) in ROUTES {
        let (method, path, body) = request(method, path, &id);
        let expired = app.issuer.expired(&app.caller(Role::Staff));
        for token in [None, Some("a.b.c"), Some(expired.as_str())] {
            let refused = app.call(method.clone(), &path, token, body.as_ref()).await;
            assert_eq!(refused.status(), 401, "{method} {path}");
        }
        for role in Role::ALL {
            let allowed = matches!(role, Role::Admin | Role::Doctor | Role::Staff | Role::Billing);
            let expected: &[u16] = match (*role, method == Method::POST && path == COVERAGES) {
                _ if allowed => &[200, 201],
                (Role::Patient, false) => &[404],
                _ => &[403],
            };
            let token = app.token(*role);
            let status = app
                .call(method.clone(), &path, Some(&token), body.as_ref())
                .await
                .status()
                .as_u16();
            assert!(expected.contains(&status), "{method} {path} as {role}: {status}");
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_coverage_of_another_organisation_does_not_exist() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    let stranger = app.issuer.token(&Caller::new(OrganizationId::new(), Role::Admin));
    for &(method, path) in &ROUTES[1..] {
        let (method, path, body) = request(method, path, &id);
        let (status, problem) = app.tell(method.clone(), &path, &stranger, body.as_ref()).await;
        assert_eq!(status, 404, "{method} {path}: {problem}");
        let (none, mut same) = request_for_none(&app, &method, &path, &id, &stranger, body.as_ref()).await;
        let mut problem = problem;
        problem["instance"].take();
        same["instance"].take();
        assert_eq!((none, problem), (404, same), "as if there were none");
    }
    assert!(app.payer.asked().is_empty());
    app.stop().await;
}

async fn request_for_none(
    app: &TestApp,
    method: &Method,
    path: &str,
    id: &str,
    token: &str,
    body: Option<&Value>,
) -> (u16, Value) {
    let none = uuid::Uuid::nil().to_string();
    let body = body.map(|_| json!({ "coverage_id": none }));
    app.tell(method.clone(), &path.replace(id, &none), token, body.as_ref())
        .await
}

#[actix_web::test]
async fn a_patient_sees_their_own_coverage_and_no_other() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    let own = app.issuer.token(&app.caller(Role::Patient).patient("pat-1"));
    let other = app.issuer.token(&app.caller(Role::Patient).patient("pat-2"));
    let (status, told) = app
        .tell(Method::GET, &format!("{VERIFY}?coverage_id={id}"), &own, None)
        .await;
    assert_eq!((status, &told["outcome"]), (200, &json!("live")), "{told}");
    assert_eq!(app.outbox().await.pop().unwrap()["data"]["purpose"], "PATRQT");
    assert_eq!(
        app.tell(Method::GET, &format!("{COVERAGES}/{id}"), &own, None).await.0,
        200
    );

    for path in [format!("{VERIFY}?coverage_id={id}"), format!("{COVERAGES}/{id}")] {
        assert_eq!(app.tell(Method::GET, &path, &other, None).await.0, 404, "{path}");
        assert_eq!(
            app.outbox().await.pop().unwrap()["data"]["outcome"],
            "denied",
            "the attempt is on record"
        );
    }
    assert_eq!(app.payer.asked().len(), 1);
    app.stop().await;
}

#[test]
fn no_route_of_the_document_is_missing_above() {
    let document = mc_chassis::http::document(mc_eligibility::routes::ABOUT, mc_eligibility::routes::routes);
    let document = serde_json::to_value(document).unwrap();
    let mut told = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            told.insert((method.to_uppercase(), path.clone()));
        }
    }
    let tested: BTreeSet<_> = ROUTES
        .iter()
        .map(|(method, path)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    assert_eq!(told, tested);
}
