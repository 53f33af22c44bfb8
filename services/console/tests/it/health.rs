//! The health of a platform that works, and of one whose outside systems do not.

use crate::app::{ConsoleOptions, TestApp, part, report, respond, simulate, upstream};
use serde_json::json;
use std::time::{Duration, Instant};
use wiremock::ResponseTemplate;

#[actix_web::test]
async fn a_platform_that_works_is_healthy() {
    let app = TestApp::start().await;
    let body = app.detailed().await;
    assert_eq!(body["status"], "healthy", "{body}");
    assert_eq!(body["patient_care_impact"], "none");
    let components = &body["components"];
    assert_eq!(components["circuit_breaker_state"], "CLOSED");
    for name in [
        "secrets_manager",
        "stripe_integration",
        "ehr_system",
        "insurance_verification",
        "database",
        "message_broker",
        "cache",
        "auth",
        "billing",
        "ehr-proxy",
        "eligibility",
        "audit",
    ] {
        assert_eq!(components[name]["status"], "healthy", "{name}: {body}");
    }
    for figure in ["cpu_percent", "memory_percent", "disk_percent", "uptime_seconds"] {
        assert!(body["system"][figure].as_f64().unwrap() >= 0.0, "{figure}");
    }
    assert!(body["system"]["memory_percent"].as_f64().unwrap() > 0.0);
    assert_eq!(app.get("/api/v1/health/readiness", None).await.status(), 200);

    let status = app.read("/api/v1/integrations/status").await;
    assert_eq!(status["overall_status"], "healthy");
    assert_eq!(status["patient_care_impact"], "none");
    let listed: Vec<_> = status["integrations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| (i["name"].clone(), i["capabilities"].clone()))
        .collect();
    let expected = [
        (json!("stripe"), json!({ "payment_processing": true })),
        (json!("epic_ehr"), json!({ "patient_records": true })),
        (json!("insurance_hub"), json!({ "eligibility_verification": true })),
        (json!("identity"), json!({ "provider_authentication": true })),
        (json!("auth0"), json!({ "provider_authentication": true })),
    ];
    assert_eq!(listed, expected);
    let [.., identity, alias] = status["integrations"].as_array().unwrap().as_slice() else {
        panic!("{status}")
    };
    assert_eq!(
        identity["status"], alias["status"],
        "the deprecated alias has the same status"
    );
}

#[actix_web::test]
async fn without_stripe_and_the_payer_visits_can_still_be_completed() {
    let app = TestApp::start().await;
    report(
        &app.simulated.billing,
        json!([part("database"), upstream("stripe", "unhealthy", "OPEN")]),
    )
    .await;
    report(
        &app.simulated.eligibility,
        json!([part("database"), upstream("payer_sandbox", "unhealthy", "CLOSED")]),
    )
    .await;
    let body = app.detailed_until("/status", "degraded").await;
    assert_eq!(
        body["components"]["stripe_integration"]["status"], "unhealthy",
        "{body}"
    );
    assert_eq!(body["components"]["insurance_verification"]["status"], "unhealthy");
    assert_eq!(body["components"]["circuit_breaker_state"], "OPEN");
    assert_eq!(body["breakers"]["stripe"]["state"], "OPEN");
    assert_eq!(body["components"]["billing"]["ready"], true);
    let status = app.read("/api/v1/integrations/status").await;
    assert_eq!(status["patient_care_impact"], "degraded");
    assert_eq!(status["integrations"][0]["capabilities"]["payment_processing"], false);
    assert_eq!(
        status["integrations"][2]["capabilities"]["eligibility_verification"],
        false
    );
    let summary = status["patient_care_summary"].as_str().unwrap();
    assert!(
        summary.contains("pending")
            && summary.contains("last good verification")
            && summary.contains("As usual: sign-in, charts."),
        "{summary}"
    );
    assert_eq!(app.get("/api/v1/health/readiness", None).await.status(), 200);
}

#[actix_web::test]
async fn without_the_ehr_visits_cannot_be_completed() {
    let app = TestApp::start().await;
    report(
        &app.simulated.ehr_proxy,
        json!([part("database"), upstream("ehr", "unhealthy", "CLOSED")]),
    )
    .await;
    let body = app.detailed_until("/status", "unhealthy").await;
    assert_eq!(body["components"]["ehr_system"]["status"], "unhealthy");
    assert_eq!(body["patient_care_impact"], "severe");
    let ready = app.get("/api/v1/health/readiness", None).await;
    assert_eq!(ready.status(), 503);
    let basic = app.get("/api/v1/health", None).await;
    assert_eq!(basic.status(), 200);
    assert_eq!(
        basic.json::<serde_json::Value>().await.unwrap(),
        json!({ "status": "unhealthy" })
    );
}

#[actix_web::test]
async fn an_unreachable_or_blocked_service_makes_its_integration_unhealthy() {
    let app = TestApp::start().await;
    // From now on its liveness is answered with 404.
    app.simulated.billing.reset().await;
    let mut blocked = part("database");
    blocked["status"] = "unhealthy".into();
    blocked["detail"] = "refuses connections".into();
    report(&app.simulated.auth, json!([blocked])).await;
    let body = app.detailed_until("/components/auth/status", "unhealthy").await;
    assert_eq!(body["components"]["auth"]["reachable"], true);
    assert_eq!(body["components"]["auth"]["ready"], false);
    assert_eq!(body["components"]["billing"]["reachable"], false);
    let stripe = &body["components"]["stripe_integration"];
    assert_eq!(stripe["status"], "unhealthy");
    assert!(stripe["detail"].as_str().unwrap().contains("billing"), "{stripe}");
    assert!(
        body["patient_care_summary"]
            .as_str()
            .unwrap()
            .contains("No one can sign in")
    );
}

#[actix_web::test]
async fn a_slow_report_is_used_by_a_later_response() {
    let app = TestApp::start().await;
    app.detailed().await;
    app.simulated.billing.reset().await;
    respond(&app.simulated.billing, "/health/liveness", ResponseTemplate::new(200)).await;
    let parts = json!([part("database"), upstream("stripe", "unhealthy", "OPEN")]);
    let slow = ResponseTemplate::new(200)
        .set_body_json(parts)
        .set_delay(Duration::from_millis(1500));
    respond(&app.simulated.billing, "/internal/components", slow).await;
    let started = Instant::now();
    let body = app.detailed_until("/components/billing/status", "degraded").await;
    assert!(
        started.elapsed() < Duration::from_millis(1400),
        "{:?}",
        started.elapsed()
    );
    let stripe = &body["components"]["stripe_integration"];
    assert_eq!(stripe["status"], "degraded", "{stripe}");
    assert!(stripe["detail"].as_str().unwrap().starts_with("when last seen"));
    app.detailed_until("/components/stripe_integration/status", "unhealthy")
        .await;
}

#[actix_web::test]
async fn a_service_that_was_killed_is_unhealthy_at_once() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let app = TestApp::start_with(ConsoleOptions {
        audit_url: Some(format!("http://{closed}")),
        ..ConsoleOptions::default()
    })
    .await;
    let body = app.detailed().await;
    assert_eq!(body["components"]["audit"]["status"], "unhealthy", "{body}");
    assert_eq!(body["components"]["audit"]["reachable"], false);
    assert_eq!(body["components"]["audit"]["detail"], "refuses connections");
    assert_eq!(body["status"], "degraded");
    assert!(body["patient_care_summary"].as_str().unwrap().contains("not lost"));
}

#[actix_web::test]
async fn a_service_that_no_visit_depends_on_is_surveyed_and_has_no_impact_on_care() {
    let mut broken = part("database");
    broken["status"] = "unhealthy".into();
    let app = TestApp::start_with(ConsoleOptions {
        another_service: Some(simulate(json!([broken])).await),
        ..ConsoleOptions::default()
    })
    .await;
    let body = app.detailed_until("/components/care-plans/status", "unhealthy").await;
    assert_eq!(body["status"], "degraded", "{body}");
    assert_eq!(body["patient_care_impact"], "none", "{body}");
    let page = app.get("/", None).await.text().await.unwrap();
    assert!(page.contains("care-plans"), "{page}");
    let list = app.get("/reference", None).await.text().await.unwrap();
    assert!(list.contains("/reference/care-plans"), "{list}");
    let policies = app.read("/api/v1/security/policies").await;
    let tried = policies["policies"]["api_authentication"]["evidence"]
        .as_array()
        .unwrap();
    assert!(
        tried.iter().any(|finding| finding["service"] == "care-plans"),
        "{policies}"
    );
}
