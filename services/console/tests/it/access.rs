//! Who may call each route, and what the public routes disclose.

use crate::app::TestApp;
use mc_console::routes;
use mc_testkit::access::{self, Route};

/// The platform belongs to no organization: callers of all organizations read the same.
fn table() -> Vec<Route> {
    vec![
        Route::get("/api/v1/health").public(),
        Route::get("/api/v1/health/detailed").public(),
        Route::get("/api/v1/health/liveness").public(),
        Route::get("/api/v1/health/readiness").public(),
        Route::get("/api/v1/integrations/status").other_organization(200),
        Route::get("/api/v1/security/policies").other_organization(200),
    ]
}

#[actix_web::test]
async fn health_is_public_and_the_rest_needs_a_valid_token() {
    let app = TestApp::start().await;
    access::check(&app, &table()).await;
    for path in ["/api/v1/health/", "/api/v1/console/openapi.json"] {
        assert_eq!(app.get(path, None).await.status(), 200, "{path}");
        assert_eq!(app.get(path, Some("a.b.c")).await.status(), 200, "{path}");
    }
}

#[test]
fn the_table_has_every_route_of_the_document() {
    access::compare_with_document(routes::ABOUT, routes::routes, &table());
}

#[actix_web::test]
async fn public_responses_hold_neither_addresses_nor_secrets() {
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
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}
