//! Policies are measured: by what services find of themselves, and by trying.

use crate::app::{TestApp, say};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

fn finding(control: &str, holds: bool) -> Value {
    json!({ "control": control, "holds": holds, "found": "a figure", "method": "a look", "checked_at": "2026-01-01T00:00:00Z" })
}

async fn evidence(app: &TestApp, findings: Value) {
    app.sisters.audit.reset().await;
    say(
        &app.sisters.audit,
        "/internal/evidence",
        ResponseTemplate::new(200).set_body_json(findings),
    )
    .await;
    say(
        &app.sisters.audit,
        "/api/v1/integrations/audit/recent",
        ResponseTemplate::new(401),
    )
    .await;
}

#[actix_web::test]
async fn every_control_says_what_was_measured_how_and_when_or_that_nothing_was() {
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
    // Test mode: secrets come from files, and that is not what the policy asks for.
    assert_eq!(policies["secrets_management"]["status"], "not_met");
    assert_eq!(policies["secrets_management"]["measured"], "console: provider files");
    assert_eq!(
        body["patient_data_handling"]["minimum_necessary_standard"]["status"],
        "unknown"
    );
    assert_eq!(policies.as_object().unwrap().len(), 7);
    assert_eq!(body["patient_data_handling"].as_object().unwrap().len(), 3);
    app.stop().await;
}

#[actix_web::test]
async fn how_patient_data_is_handled_is_told_by_what_the_log_says() {
    let app = TestApp::start().await;
    let told = ["data_masking", "access_logging", "minimum_necessary", "phi_protection"];
    let findings: Vec<_> = told.iter().map(|control| finding(control, true)).collect();
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
    app.stop().await;
}

#[actix_web::test]
async fn authentication_is_tried_and_an_open_door_is_found() {
    let app = TestApp::start().await;
    let body = app.read("/api/v1/security/policies").await;
    let tried = &body["policies"]["api_authentication"];
    assert_eq!(tried["status"], "met", "{tried}");
    assert_eq!(tried["evidence"].as_array().unwrap().len(), 5);
    say(
        &app.sisters.ehr_proxy,
        "/api/v1/integrations/ehr/connection",
        ResponseTemplate::new(200),
    )
    .await;
    let open = mc_testkit::eventually("the open door is found", || async {
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
    app.stop().await;
}

#[actix_web::test]
async fn what_could_not_be_tried_everywhere_is_not_called_met() {
    let app = TestApp::start().await;
    app.sisters.audit.reset().await;
    say(
        &app.sisters.audit,
        "/api/v1/integrations/audit/recent",
        ResponseTemplate::new(503),
    )
    .await;
    let body = app.read("/api/v1/security/policies").await;
    assert_eq!(body["policies"]["api_authentication"]["status"], "unknown", "{body}");
    assert_eq!(body["silent_services"], json!(["audit"]));
    app.stop().await;
}
