//! Health checks and evidence of policies.

use crate::app::TestApp;
use reqwest::Method;
use serde_json::Value;

async fn see(app: &TestApp, path: &str) -> Vec<Value> {
    app.bare(Method::GET, path).send().await.unwrap().json().await.unwrap()
}

#[actix_web::test]
async fn every_component_reports_its_state() {
    let (app, ehr) = TestApp::with_ehr().await;
    let components = see(&app, "/internal/components").await;
    let names: Vec<_> = components.iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["database", "cache", "secrets_manager", "broker", "outbox", "ehr"]
    );
    let seen = components.last().unwrap();
    assert_eq!(
        (seen["status"].as_str(), seen["breaker"].as_str()),
        (Some("healthy"), Some("CLOSED"))
    );
    assert_eq!(seen["detail"], "1 of 1 connections respond");
    assert_eq!(ehr.seen("GET", "/metadata").await, 1);

    let evidence = see(&app, "/internal/evidence").await;
    let held: Vec<_> = evidence
        .iter()
        .map(|e| (e["control"].as_str().unwrap(), e["holds"].as_bool().unwrap()))
        .collect();
    // Secrets are files and the EHR uses plain http: test mode is reported as it is.
    assert_eq!(
        held,
        [
            ("secrets_management", false),
            ("encryption_in_transit", false),
            ("minimum_necessary", true),
            ("access_logging", true),
            ("api_authentication", true),
            ("encryption_in_transit", false),
        ]
    );
}
