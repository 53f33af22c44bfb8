//! Policies are measured: by the evidence of services, and by calls that must be refused.

use crate::app::{PROTECTED, TestApp, describe, respond};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

fn finding(control: &str, holds: bool) -> Value {
    json!({ "control": control, "holds": holds, "found": "a figure", "method": "a look", "checked_at": "2026-01-01T00:00:00Z" })
}

async fn evidence(app: &TestApp, findings: Value) {
    app.simulated.audit.reset().await;
    respond(
        &app.simulated.audit,
        "/internal/evidence",
        ResponseTemplate::new(200).set_body_json(findings),
    )
    .await;
}

#[actix_web::test]
async fn every_control_has_its_measurement_or_states_that_there_is_none() {
    let app = TestApp::start().await;
    evidence(
        &app,
        json!([finding("audit_logging", true), finding("data_retention", false)]),
    )
    .await;
    let body = app.read("/api/v1/security/policies").await;
    let policies = &body["policies"];
    assert_eq!(policies["audit_logging"]["status"], "met", "{body}");
    assert_eq!(
        policies["audit_logging"]["requirement"],
        "comprehensive_hipaa_compliant"
    );
    assert_eq!(policies["audit_logging"]["evidence"][0]["service"], "audit");
    assert_eq!(policies["audit_logging"]["checked_at"], "2026-01-01T00:00:00Z");
    assert_eq!(policies["audit_logging"]["method"], "a look");
    assert_eq!(policies["data_retention"]["status"], "not_met");
    assert_eq!(policies["phi_protection"]["status"], "unknown");
    assert_eq!(policies["phi_protection"]["checked_at"], Value::Null);
    // Test mode: secrets come from files, which the policy does not accept.
    assert_eq!(policies["secrets_management"]["status"], "not_met");
    assert_eq!(policies["secrets_management"]["measured"], "console: provider files");
    assert_eq!(policies["secrets_management"]["evidence"].as_array().unwrap().len(), 1);
    assert_eq!(
        body["patient_data_handling"]["minimum_necessary_standard"]["status"],
        "unknown"
    );
    assert_eq!(policies.as_object().unwrap().len(), 7);
    assert_eq!(body["patient_data_handling"].as_object().unwrap().len(), 3);
}

#[actix_web::test]
async fn the_handling_of_patient_data_is_measured_by_audit() {
    let app = TestApp::start().await;
    let controls = ["data_masking", "access_logging", "minimum_necessary", "phi_protection"];
    let findings: Vec<_> = controls.iter().map(|control| finding(control, true)).collect();
    evidence(&app, json!(findings)).await;
    let body = app.read("/api/v1/security/policies").await;
    let handling = &body["patient_data_handling"];
    for name in ["data_masking", "access_logging", "minimum_necessary_standard"] {
        assert_eq!(handling[name]["status"], "met", "{name}");
        assert_eq!(handling[name]["measured"], "audit: a figure");
        assert_eq!(
            (&handling[name]["method"], &handling[name]["checked_at"]),
            (&json!("a look"), &json!("2026-01-01T00:00:00Z"))
        );
    }
    assert_eq!(body["policies"]["phi_protection"]["status"], "met");
}

#[actix_web::test]
async fn authentication_is_measured_and_an_unprotected_route_is_found() {
    let app = TestApp::start().await;
    let body = app.read("/api/v1/security/policies").await;
    let tried = &body["policies"]["api_authentication"];
    assert_eq!(tried["status"], "met", "{tried}");
    assert_eq!(tried["evidence"].as_array().unwrap().len(), 5);
    respond(&app.simulated.ehr_proxy, PROTECTED, ResponseTemplate::new(200)).await;
    let open = mc_testkit::eventually("the unprotected route is found", || async {
        let body = app.read("/api/v1/security/policies").await;
        let tried = body["policies"]["api_authentication"].clone();
        (tried["status"] == "not_met").then_some(tried)
    })
    .await;
    assert!(
        open["measured"]
            .as_str()
            .unwrap()
            .contains("ehr-proxy: without a token 200"),
        "{open}"
    );
}

#[actix_web::test]
async fn a_control_that_could_not_be_measured_everywhere_is_not_met() {
    let app = TestApp::start().await;
    app.simulated.audit.reset().await;
    describe(&app.simulated.audit).await;
    respond(&app.simulated.audit, PROTECTED, ResponseTemplate::new(503)).await;
    let body = app.read("/api/v1/security/policies").await;
    assert_eq!(body["policies"]["api_authentication"]["status"], "unknown", "{body}");
    assert_eq!(body["silent_services"], json!(["audit"]));
}

#[actix_web::test]
async fn encryption_in_transit_covers_servers_and_the_addresses_of_services() {
    let app = TestApp::start().await;
    let body = app.read("/api/v1/security/policies").await;
    let control = &body["policies"]["encryption_in_transit"];
    assert_eq!(control["status"], "not_met", "{control}");
    let measured = control["measured"].as_str().unwrap();
    for connection in [
        "database",
        "broker",
        "cache",
        "auth",
        "billing",
        "ehr-proxy",
        "eligibility",
        "audit",
    ] {
        assert!(measured.contains(connection), "{connection}: {measured}");
    }
    let own: Value = app.get("/internal/evidence", None).await.json().await.unwrap();
    let of = |control: &str| {
        own.as_array()
            .unwrap()
            .iter()
            .filter(|e| e["control"] == control)
            .count()
    };
    assert_eq!((of("encryption_in_transit"), of("secrets_management")), (1, 1));
}
