//! Every route, as nobody, with an expired or forged token, as every role; none of the document is missing.

use crate::app::TestApp;
use mc_testkit::Caller;
use mc_vocabulary::{OrganizationId, Role};
use std::collections::BTreeSet;

const OPEN: &[&str] = &[
    "/api/v1/health",
    "/api/v1/health/detailed",
    "/api/v1/health/liveness",
    "/api/v1/health/readiness",
];

const SIGNED_IN: &[&str] = &["/api/v1/integrations/status", "/api/v1/security/policies"];

#[actix_web::test]
async fn health_is_open_and_the_rest_needs_a_valid_token() {
    let app = TestApp::start().await;
    let expired = app.issuer.expired(&Caller::new(OrganizationId::new(), Role::Admin));
    for path in OPEN.iter().chain(&["/api/v1/health/", "/api/v1/console/openapi.json"]) {
        assert_eq!(app.get(path, None).await.status(), 200, "{path}");
        assert_eq!(app.get(path, Some(&expired)).await.status(), 200, "{path}");
    }
    for path in SIGNED_IN {
        assert_eq!(app.get(path, None).await.status(), 401, "{path}");
        assert_eq!(app.get(path, Some("a.b.c")).await.status(), 401, "{path}");
        assert_eq!(app.get(path, Some(&expired)).await.status(), 401, "{path}");
        for role in Role::ALL {
            assert_eq!(
                app.get(path, Some(&app.token(*role))).await.status(),
                200,
                "{path} as {role}"
            );
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn what_is_open_holds_neither_addresses_nor_secrets() {
    let app = TestApp::start().await;
    let text = app.get("/api/v1/health/detailed", None).await.text().await.unwrap();
    for secret in [
        "127.0.0.1",
        "postgres:",
        "amqp",
        "redis:",
        "http:",
        "password",
        app.database.name.as_str(),
    ] {
        assert!(!text.contains(secret), "{secret} stands in {text}");
    }
    app.stop().await;
}

#[test]
fn no_route_of_the_document_is_missing_above() {
    let document = mc_chassis::http::document(mc_console::routes::ABOUT, mc_console::routes::routes);
    let document = serde_json::to_value(document).unwrap();
    let told: BTreeSet<_> = document["paths"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        told,
        OPEN.iter().chain(SIGNED_IN).map(|path| (*path).to_owned()).collect()
    );
}
