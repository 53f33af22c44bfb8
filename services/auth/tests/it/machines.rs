//! Machines: client credentials.

use crate::app::TestApp;
use reqwest::Method;
use serde_json::json;

#[actix_web::test]
async fn a_machine_gets_a_token_as_a_form_or_as_json() {
    let app = TestApp::start().await;
    let admin = app.admin_token().await;
    let (status, client) = app
        .post("/api/v1/auth/clients", Some(&admin), json!({ "name": "lab" }))
        .await;
    assert_eq!(status, 201, "{client}");
    let fields = json!({ "grant_type": "client_credentials", "client_id": client["client_id"], "client_secret": client["client_secret"] });
    let (status, token) = app.post("/api/v1/auth/service-token", None, fields.clone()).await;
    assert_eq!(status, 200, "{token}");
    let form = reqwest::Client::builder()
        .build()
        .unwrap()
        .post(format!("{}/api/v1/auth/service-token", app.base))
        .form(&fields);
    assert_eq!(form.send().await.unwrap().status(), 200);
    for (kind, body, expected) in [
        (
            "application/x-www-form-urlencoded",
            "grant_type=client_credentials",
            422,
        ),
        (
            "application/x-www-form-urlencoded",
            "grant_type=password&client_id=x&client_secret=x",
            422,
        ),
        ("text/plain", "grant_type=client_credentials", 415),
    ] {
        let request = reqwest::Client::builder()
            .build()
            .unwrap()
            .post(format!("{}/api/v1/auth/service-token", app.base))
            .header("Content-Type", kind)
            .body(body);
        let refused = request.send().await.unwrap();
        assert_eq!(refused.status(), expected, "{kind} {body}");
        assert_eq!(refused.headers()["content-type"], "application/problem+json");
    }
    let me = app
        .call(Method::GET, "/api/v1/auth/me", token["access_token"].as_str(), None)
        .await;
    assert_eq!(
        me.json::<serde_json::Value>().await.unwrap()["roles"],
        json!(["integration"])
    );

    let mut wrong = fields;
    wrong["client_secret"] = json!("guess");
    assert_eq!(app.post("/api/v1/auth/service-token", None, wrong).await.0, 401);
}

#[actix_web::test]
async fn a_repeat_is_answered_from_the_store() {
    let app = TestApp::start().await;
    let admin = app.admin_token().await;
    let create = || {
        app.call(
            Method::POST,
            "/api/v1/auth/clients",
            Some(&admin),
            Some(json!({ "name": "lab" })),
        )
    };
    let first = create().await;
    assert!(first.headers().get("idempotent-replayed").is_none());
    let first: serde_json::Value = first.json().await.unwrap();
    let again = create().await;
    assert_eq!(again.status(), 201);
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.json::<serde_json::Value>().await.unwrap(), first);
    assert_eq!(app.database.count("SELECT count(*) FROM auth.clients").await, 1);
    let stored = "SELECT count(*) FROM auth.idempotency_keys WHERE response IS NOT NULL";
    assert_eq!(app.database.count(stored).await, 1);
    let leaked = app
        .database
        .count("SELECT count(*) FROM auth.idempotency_keys WHERE position('secret' IN encode(response, 'escape')) > 0")
        .await;
    assert_eq!(leaked, 0, "the stored response is sealed");
}
