//! Who may call each route, and what another organization sees.

use crate::app::{PASSWORD, TestApp, credentials};
use chrono::Duration;
use mc_auth::routes;
use mc_testkit::access::{self, Route};
use mc_vocabulary::Role;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashMap;

const ADMIN: &[Role] = &[Role::Admin];

fn table() -> Vec<Route> {
    vec![
        Route::post("/api/v1/auth/login")
            .public()
            .json(credentials("admin@clinic.test", PASSWORD)),
        // Without a body the credentials are missing (422); wrong ones would be 401.
        Route::post("/api/v1/auth/mfa/verify").public().json(json!({})),
        Route::post("/api/v1/auth/refresh").public().json(json!({})),
        Route::post("/api/v1/auth/service-token").public().json(json!({})),
        Route::get("/api/v1/auth/jwks.json").public(),
        Route::get("/api/v1/auth/me").other_organization(200),
        Route::post("/api/v1/auth/validate")
            .json(json!({ "token": "x" }))
            .other_organization(200),
        Route::post("/api/v1/auth/users")
            .roles(ADMIN)
            .json(json!({ "email": "new@clinic.test", "password": PASSWORD, "roles": ["staff"] }))
            // E-mail addresses are unique across organizations.
            .other_organization(409),
        Route::post("/api/v1/auth/clients")
            .roles(ADMIN)
            .json(json!({ "name": "x" }))
            .other_organization(201),
        // Last: it ends the sessions of the tokens.
        Route::post("/api/v1/auth/logout").other_organization(204),
    ]
}

/// A session of its own for each role.
async fn tokens(app: &TestApp) -> HashMap<Role, String> {
    let admin = app.admin_token().await;
    let mut tokens = HashMap::from([(Role::Admin, admin.clone())]);
    for role in Role::ALL.iter().filter(|role| **role != Role::Admin) {
        let email = format!("{role}@clinic.test");
        let mut user = json!({ "email": email, "password": PASSWORD, "roles": [role] });
        if *role == Role::Patient {
            user["patient_id"] = json!("pat-1");
        }
        assert_eq!(app.post("/api/v1/auth/users", Some(&admin), user).await.0, 201);
        tokens.insert(*role, app.access_token(&email).await);
    }
    tokens
}

#[actix_web::test]
async fn only_admins_add_people_and_machines() {
    let app = TestApp::start().await;
    app.bootstrap("Other clinic", "admin@other.test").await;
    let (tokens, other) = (tokens(&app).await, app.access_token("admin@other.test").await);
    let token = |role| tokens[&role].clone();
    access::check_with(&app, &table(), &token, &|_| other.clone()).await;
}

#[test]
fn the_table_has_every_route_of_the_document() {
    access::compare_with_document(routes::ABOUT, routes::routes, &table());
}

#[actix_web::test]
async fn its_own_tokens_expire_after_fifteen_minutes() {
    let app = TestApp::start().await;
    let admin = app.admin_token().await;
    let me = || async {
        let response = app.call(Method::GET, "/api/v1/auth/me", Some(&admin), None).await;
        response.status().as_u16()
    };
    assert_eq!(me().await, 200);
    app.clock.advance(Duration::minutes(16));
    assert_eq!(me().await, 401);
}

#[actix_web::test]
async fn the_document_is_served_below_the_prefix_of_the_routes() {
    let app = TestApp::start().await;
    let document = app.call(Method::GET, "/api/v1/auth/openapi.json", None, None).await;
    assert_eq!(document.status(), 200);
    let document: Value = document.json().await.unwrap();
    assert!(document["paths"]["/api/v1/auth/login"].is_object());
}

#[actix_web::test]
async fn a_token_of_another_organization_is_invalid_here() {
    let app = TestApp::start().await;
    app.bootstrap("Other clinic", "admin@other.test").await;
    let (here, there) = (app.admin_token().await, app.access_token("admin@other.test").await);
    let body = json!({ "token": there });
    assert_eq!(
        app.post("/api/v1/auth/validate", Some(&here), body).await.1,
        json!({ "valid": false })
    );
}
