//! Sign-in, sessions, sign-out.

use crate::app::{PASSWORD, TOTP_STEP_S, TestApp, code, credentials};
use chrono::Duration;
use mc_testkit::eventually;
use reqwest::Method;
use serde_json::{Value, json};

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

async fn add_doctor(app: &TestApp) -> String {
    let admin = app.admin_token().await;
    let body =
        json!({ "email": "doctor@clinic.test", "password": PASSWORD, "roles": ["doctor"], "second_factor": true });
    let (status, added) = app.post("/api/v1/auth/users", Some(&admin), body).await;
    assert_eq!(status, 201, "{added}");
    text(&added["totp_secret"]).to_owned()
}

#[actix_web::test]
async fn an_admin_signs_in_and_reads_who_they_are() {
    let app = TestApp::start().await;
    let tokens = app.login("Admin@Clinic.test ").await;
    assert_eq!(tokens["user"]["roles"], json!(["admin"]));
    let me = app
        .call(Method::GET, "/api/v1/auth/me", tokens["access_token"].as_str(), None)
        .await;
    assert_eq!(me.status(), 200);
    assert!(me.headers().contains_key("x-trace-id"));
    let me: Value = me.json().await.unwrap();
    assert_eq!(text(&me["organization_id"]), app.clinic_id);
}

#[actix_web::test]
async fn a_wrong_password_and_an_unknown_address_are_indistinguishable() {
    let app = TestApp::start().await;
    let path = "/api/v1/auth/login";
    let (wrong, mut first) = app.post(path, None, credentials("admin@clinic.test", "wrong")).await;
    let (unknown, mut second) = app.post(path, None, credentials("unknown@clinic.test", PASSWORD)).await;
    assert_eq!((wrong, unknown), (401, 401));
    first["instance"].take();
    second["instance"].take();
    assert_eq!(first, second);
}

#[actix_web::test]
async fn ten_wrong_passwords_lock_the_account_out_for_a_while() {
    let app = TestApp::start().await;
    for _ in 0..10 {
        app.post("/api/v1/auth/login", None, credentials("admin@clinic.test", "wrong"))
            .await;
    }
    let right = || app.post("/api/v1/auth/login", None, credentials("admin@clinic.test", PASSWORD));
    assert_eq!(right().await.0, 401);
    app.clock.advance(Duration::minutes(6));
    assert_eq!(right().await.0, 200);
}

#[actix_web::test]
async fn wrong_passwords_sent_at_once_count_each() {
    let app = TestApp::start().await;
    let wrong = || app.post("/api/v1/auth/login", None, credentials("admin@clinic.test", "wrong"));
    let guesses = tokio::join!(
        wrong(),
        wrong(),
        wrong(),
        wrong(),
        wrong(),
        wrong(),
        wrong(),
        wrong(),
        wrong(),
        wrong()
    );
    assert_eq!(guesses.0.0, 401);
    let right = app.post("/api/v1/auth/login", None, credentials("admin@clinic.test", PASSWORD));
    assert_eq!(right.await.0, 401, "the account is locked out");
}

#[actix_web::test]
async fn a_second_factor_is_required_and_each_code_is_valid_once() {
    let app = TestApp::start().await;
    let secret = add_doctor(&app).await;
    let verify = |demand: &Value, code: String| {
        let body = json!({ "mfa_token": demand["mfa_token"], "code": code });
        app.post("/api/v1/auth/mfa/verify", None, body)
    };
    let demand = app.login("doctor@clinic.test").await;
    assert_eq!(demand["mfa_required"], true);
    assert!(demand.get("access_token").is_none());
    let now = code(&secret, app.clock.now());
    assert_eq!(verify(&demand, "000000".to_owned()).await.0, 401);
    let (status, tokens) = verify(&demand, now.clone()).await;
    assert_eq!(status, 200, "{tokens}");

    let again = app.login("doctor@clinic.test").await;
    assert_eq!(
        verify(&again, now).await.0,
        401,
        "a code that was accepted is not accepted again"
    );
    app.clock.advance(Duration::seconds(TOTP_STEP_S * 2));
    assert_eq!(verify(&again, code(&secret, app.clock.now())).await.0, 200);
}

#[actix_web::test]
async fn a_refresh_token_presented_twice_ends_the_session() {
    let app = TestApp::start().await;
    let tokens = app.login("admin@clinic.test").await;
    let refresh = |token: &Value| app.post("/api/v1/auth/refresh", None, json!({ "refresh_token": token }));
    let (status, renewed) = refresh(&tokens["refresh_token"]).await;
    assert_eq!(status, 200, "{renewed}");
    assert_eq!(refresh(&tokens["refresh_token"]).await.0, 401, "the stolen one");
    assert_eq!(
        refresh(&renewed["refresh_token"]).await.0,
        401,
        "the session has ended for both"
    );
    let me = app
        .call(Method::GET, "/api/v1/auth/me", renewed["access_token"].as_str(), None)
        .await;
    assert_eq!(me.status(), 401);
}

#[actix_web::test]
async fn a_sign_out_is_seen_at_once_by_validate() {
    let app = TestApp::start().await;
    let first = app.login("admin@clinic.test").await;
    let second = app.login("admin@clinic.test").await;
    let validate = || {
        let body = json!({ "token": first["access_token"] });
        app.post("/api/v1/auth/validate", second["access_token"].as_str(), body)
    };
    assert_eq!(validate().await.1["valid"], true);
    let out = app
        .call(
            Method::POST,
            "/api/v1/auth/logout",
            first["access_token"].as_str(),
            None,
        )
        .await;
    assert_eq!(out.status(), 204);
    assert_eq!(validate().await.1, json!({ "valid": false }));
}

#[actix_web::test]
async fn every_sign_in_is_on_record_without_an_address() {
    let app = TestApp::start().await;
    app.login("admin@clinic.test").await;
    app.post("/api/v1/auth/login", None, credentials("admin@clinic.test", "wrong"))
        .await;
    let envelopes: Vec<Value> = eventually("three audit events", || async {
        let rows: Vec<Value> = sqlx::query_scalar("SELECT envelope FROM auth.outbox ORDER BY sequence")
            .fetch_all(&app.database.owner)
            .await
            .unwrap();
        (rows.len() >= 3).then_some(rows)
    })
    .await;
    let outcomes: Vec<_> = envelopes
        .iter()
        .map(|e| (text(&e["data"]["action"]), text(&e["data"]["outcome"])))
        .collect();
    assert_eq!(
        outcomes,
        [
            ("auth.organization.bootstrap", "success"),
            ("auth.login", "success"),
            ("auth.login", "denied")
        ]
    );
    assert!(!format!("{envelopes:?}").contains("clinic.test"));
    let stored = app
        .database
        .count("SELECT count(*) FROM auth.users WHERE position('clinic' IN encode(email_sealed, 'escape')) > 0")
        .await;
    assert_eq!(stored, 0, "addresses are sealed");
}
