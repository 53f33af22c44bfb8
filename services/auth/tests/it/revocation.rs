//! The ends of sessions, as every service hears of them.

use crate::app::{PASSWORD, TestApp, credentials};
use chrono::{DateTime, Duration, Utc};
use mc_auth::{commands, startup::SERVICE};
use mc_contracts::{AccessRevoked, RevocationReason};
use mc_keyring::Secrets;
use reqwest::Method;
use serde_json::{Value, json};

const ADMIN: &str = "admin@clinic.test";

/// The published ends, oldest first.
async fn published(app: &TestApp) -> Vec<AccessRevoked> {
    let rows: Vec<Value> = sqlx::query_scalar(
        "SELECT envelope->'data' FROM auth.outbox WHERE envelope->>'type' = 'auth.access.revoked.v1' ORDER BY sequence",
    )
    .fetch_all(&app.database.owner)
    .await
    .unwrap();
    rows.into_iter()
        .map(|row| serde_json::from_value(row).unwrap())
        .collect()
}

async fn status(app: &TestApp, method: Method, path: &str, tokens: &Value) -> u16 {
    let response = app.call(method, path, tokens["access_token"].as_str(), None).await;
    response.status().as_u16()
}

async fn refresh(app: &TestApp, tokens: &Value) -> u16 {
    let body = json!({ "refresh_token": tokens["refresh_token"] });
    app.post("/api/v1/auth/refresh", None, body).await.0
}

fn expiry(tokens: &Value, issued_at: DateTime<Utc>) -> DateTime<Utc> {
    issued_at + Duration::seconds(tokens["expires_in"].as_i64().unwrap())
}

#[actix_web::test]
async fn a_sign_out_is_published_once_until_the_last_token_expires() {
    let app = TestApp::start().await;
    let tokens = app.login(ADMIN).await;
    let logout = || status(&app, Method::POST, "/api/v1/auth/logout", &tokens);
    assert_eq!(logout().await, 204);
    let ends = published(&app).await;
    let [end] = ends.as_slice() else { panic!("{ends:?}") };
    assert_eq!(end.session_id.to_string(), tokens["session_id"].as_str().unwrap());
    assert_eq!(end.reason, RevocationReason::SignedOut);
    assert!(end.expires_at >= expiry(&tokens, app.clock.now()));
    assert!([204, 401].contains(&logout().await));
    assert_eq!(published(&app).await.len(), 1);
}

#[actix_web::test]
async fn a_refresh_token_presented_twice_ends_the_session_for_every_service() {
    let app = TestApp::start().await;
    let tokens = app.login(ADMIN).await;
    assert_eq!(refresh(&app, &tokens).await, 200);
    assert_eq!(published(&app).await.len(), 0);
    assert_eq!(refresh(&app, &tokens).await, 401);
    assert_eq!(refresh(&app, &tokens).await, 401);
    let reasons: Vec<_> = published(&app).await.iter().map(|end| end.reason).collect();
    assert_eq!(reasons, [RevocationReason::RefreshTokenReused]);
}

#[actix_web::test]
async fn a_disabled_account_loses_all_its_sessions_and_does_not_sign_in() {
    let app = TestApp::start().await;
    let (first, second) = (app.login(ADMIN).await, app.login(ADMIN).await);
    let user_id = first["user"]["id"].as_str().unwrap().parse().unwrap();
    let disable = || {
        let secrets = Secrets::files(app.secrets.path());
        commands::disable_user(SERVICE.settings().unwrap(), secrets, user_id)
    };
    disable().await.unwrap();
    let mut ended: Vec<_> = published(&app)
        .await
        .iter()
        .map(|end| end.session_id.to_string())
        .collect();
    let mut expected = [&first, &second].map(|tokens| tokens["session_id"].as_str().unwrap().to_owned());
    ended.sort();
    expected.sort();
    assert_eq!(ended, expected);
    for tokens in [&first, &second] {
        assert_eq!(status(&app, Method::GET, "/api/v1/auth/me", tokens).await, 401);
        assert_eq!(refresh(&app, tokens).await, 401);
    }
    assert_eq!(
        app.post("/api/v1/auth/login", None, credentials(ADMIN, PASSWORD))
            .await
            .0,
        401
    );
    disable().await.unwrap();
    assert_eq!(published(&app).await.len(), 2, "a second time it changes nothing");
    let recorded = "SELECT count(*) FROM auth.outbox WHERE envelope->'data'->>'action' = 'auth.user.disable'";
    assert_eq!(app.database.count(recorded).await, 2);
}

#[actix_web::test]
async fn a_session_of_an_account_that_was_disabled_in_the_database_ends_at_its_next_refresh() {
    let app = TestApp::start().await;
    let tokens = app.login(ADMIN).await;
    sqlx::query("UPDATE auth.users SET disabled_at = now()")
        .execute(&app.database.owner)
        .await
        .unwrap();
    assert_eq!(status(&app, Method::GET, "/api/v1/auth/me", &tokens).await, 401);
    assert_eq!(refresh(&app, &tokens).await, 401);
    let reasons: Vec<_> = published(&app).await.iter().map(|end| end.reason).collect();
    assert_eq!(reasons, [RevocationReason::UserDisabled]);
}
