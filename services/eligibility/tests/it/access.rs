//! Who may call each route, what another organization sees, and what a patient sees.

use crate::app::{COVERAGES, TestApp, VERIFY, coverage};
use mc_eligibility::routes;
use mc_testkit::{
    Caller,
    access::{self, Route},
};
use mc_vocabulary::{OrganizationId, Role};
use reqwest::Method;
use serde_json::{Value, json};

const BY_ID: &str = "/api/v1/integrations/insurance/coverages/{coverage_id}";
const COVERAGE_ROLES: &[Role] = &[Role::Admin, Role::Doctor, Role::Staff, Role::Billing];

/// A patient who is not the insured gets 404.
fn table(coverage_id: &str) -> Vec<Route> {
    vec![
        Route::post(COVERAGES)
            .roles(COVERAGE_ROLES)
            .json(coverage("pat-9"))
            .other_organization(201),
        Route::get(BY_ID)
            .roles(COVERAGE_ROLES)
            .answers(Role::Patient, 404)
            .with("coverage_id", coverage_id),
        Route::get(VERIFY)
            .roles(COVERAGE_ROLES)
            .answers(Role::Patient, 404)
            .query(&format!("coverage_id={coverage_id}")),
        Route::post(VERIFY)
            .roles(COVERAGE_ROLES)
            .answers(Role::Patient, 404)
            .json(json!({ "coverage_id": coverage_id })),
    ]
}

#[actix_web::test]
async fn only_admin_doctor_staff_and_billing_work_with_coverages() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    access::check(&app, &table(&id)).await;
}

#[test]
fn the_table_has_every_route_of_the_document() {
    access::compare_with_document(routes::ABOUT, routes::routes, &table(""));
}

#[actix_web::test]
async fn a_coverage_of_another_organization_is_indistinguishable_from_one_that_does_not_exist() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    let stranger = app.issuer.token(&Caller::new(OrganizationId::new(), Role::Admin));
    let none = uuid::Uuid::nil().to_string();
    for (method, path) in [
        (Method::GET, format!("{COVERAGES}/{id}")),
        (Method::GET, format!("{VERIFY}?coverage_id={id}")),
        (Method::POST, VERIFY.to_owned()),
    ] {
        let body = |id: &str| (method == Method::POST).then(|| json!({ "coverage_id": id }));
        let other = app.request(method.clone(), &path, &stranger, body(&id).as_ref()).await;
        let missing = app
            .request(
                method.clone(),
                &path.replace(&id, &none),
                &stranger,
                body(&none).as_ref(),
            )
            .await;
        let strip = |(status, mut problem): (u16, Value)| {
            problem["instance"].take();
            (status, problem)
        };
        assert_eq!(other.0, 404, "{method} {path}");
        assert_eq!(strip(other), strip(missing), "{method} {path}");
    }
    assert!(app.payer.received().is_empty());
}

#[actix_web::test]
async fn a_patient_sees_their_own_coverage_and_no_other() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    let own = app.issuer.token(&app.caller(Role::Patient).patient("pat-1"));
    let other = app.issuer.token(&app.caller(Role::Patient).patient("pat-2"));
    let (status, verification) = app
        .request(Method::GET, &format!("{VERIFY}?coverage_id={id}"), &own, None)
        .await;
    assert_eq!(
        (status, &verification["outcome"]),
        (200, &json!("live")),
        "{verification}"
    );
    assert_eq!(app.last_audit_record().await["purpose"], "PATRQT");
    assert_eq!(
        app.request(Method::GET, &format!("{COVERAGES}/{id}"), &own, None)
            .await
            .0,
        200
    );

    for path in [format!("{VERIFY}?coverage_id={id}"), format!("{COVERAGES}/{id}")] {
        assert_eq!(app.request(Method::GET, &path, &other, None).await.0, 404, "{path}");
        assert_eq!(
            app.last_audit_record().await["outcome"],
            "denied",
            "the attempt is on record"
        );
    }
    assert_eq!(app.payer.received().len(), 1);
}
