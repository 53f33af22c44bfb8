//! Every route, as nobody, as somebody who may not, and with an expired token; no route of the document is missing here.

use crate::app::TestApp;
use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Who may call a route.
#[derive(Clone, Copy, PartialEq)]
enum Door {
    /// Anybody: the body proves who they are.
    Open,
    /// Anybody with a token.
    SignedIn,
    /// Admins.
    Admin,
}

const ROUTES: &[(&str, &str, Door)] = &[
    ("POST", "/api/v1/auth/login", Door::Open),
    ("POST", "/api/v1/auth/mfa/verify", Door::Open),
    ("POST", "/api/v1/auth/refresh", Door::Open),
    ("POST", "/api/v1/auth/service-token", Door::Open),
    ("GET", "/api/v1/auth/jwks.json", Door::Open),
    ("POST", "/api/v1/auth/logout", Door::SignedIn),
    ("POST", "/api/v1/auth/validate", Door::SignedIn),
    ("GET", "/api/v1/auth/me", Door::SignedIn),
    ("POST", "/api/v1/auth/users", Door::Admin),
    ("POST", "/api/v1/auth/clients", Door::Admin),
];

fn body(path: &str) -> Option<Value> {
    match path {
        "/api/v1/auth/users" => {
            Some(json!({ "email": "x@clinic.test", "password": crate::app::PASSWORD, "roles": ["staff"] }))
        }
        "/api/v1/auth/clients" => Some(json!({ "name": "x" })),
        "/api/v1/auth/validate" => Some(json!({ "token": "x" })),
        _ => None,
    }
}

#[actix_web::test]
async fn every_route_asks_who_is_there() {
    let app = TestApp::start().await;
    let admin = app.admin_token().await;
    let user = json!({ "email": "staff@clinic.test", "password": crate::app::PASSWORD, "roles": ["staff"] });
    assert_eq!(app.post("/api/v1/auth/users", Some(&admin), user).await.0, 201);
    let staff = app.login("staff@clinic.test").await["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    // the routes stand in a scope of the same prefix, which must not hide the document
    let document = app.call(Method::GET, "/api/v1/auth/openapi.json", None, None).await;
    assert_eq!(document.status(), 200);
    for &(method, path, door) in ROUTES {
        let method: Method = method.parse().unwrap();
        let nobody = app.call(method.clone(), path, None, body(path)).await.status().as_u16();
        let forged = app
            .call(method.clone(), path, Some("a.b.c"), body(path))
            .await
            .status()
            .as_u16();
        if door == Door::Open {
            assert_ne!(nobody, 403, "{path}");
            continue;
        }
        assert_eq!((nobody, forged), (401, 401), "{path}");
        if door == Door::Admin {
            assert_eq!(
                app.call(method, path, Some(&staff), body(path)).await.status(),
                403,
                "{path}"
            );
        }
    }
    app.clock.advance(Duration::minutes(16));
    for &(method, path, door) in ROUTES.iter().filter(|(.., door)| *door != Door::Open) {
        let late = app.call(method.parse().unwrap(), path, Some(&admin), body(path)).await;
        assert_eq!(late.status(), 401, "{path} with an expired token");
        let _ = door;
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_token_of_another_organisation_is_worth_nothing_here() {
    let app = TestApp::start().await;
    let settings = mc_auth::config::Settings::load().unwrap();
    app.bootstrap(&settings, "Other clinic", "admin@other.test").await;
    let here = app.admin_token().await;
    let there = app.login("admin@other.test").await;
    let body = json!({ "token": there["access_token"] });
    assert_eq!(
        app.post("/api/v1/auth/validate", Some(&here), body).await.1,
        json!({ "valid": false })
    );
    app.stop().await;
}

#[test]
fn no_route_of_the_document_is_missing_above() {
    let document = mc_chassis::http::document(mc_auth::routes::ABOUT, mc_auth::routes::routes);
    let document = serde_json::to_value(document).unwrap();
    let mut told = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            told.insert((method.to_uppercase(), path.clone()));
        }
    }
    let tested: BTreeSet<_> = ROUTES
        .iter()
        .map(|(m, p, _)| ((*m).to_owned(), (*p).to_owned()))
        .collect();
    assert_eq!(told, tested);
}
