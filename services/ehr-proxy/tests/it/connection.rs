//! Connections to EHRs, as set by administrators.

use crate::{
    app::{SECRET, TestApp, connection, send},
    ehr::Ehr,
};
use mc_testkit::Caller;
use mc_vocabulary::{OrganizationId, Role};
use reqwest::Method;
use serde_json::json;

const PATH: &str = "/api/v1/integrations/ehr/connection";

#[actix_web::test]
async fn it_is_set_read_and_changed_without_returning_credentials() {
    let app = TestApp::start().await;
    let admin = app.caller(Role::Admin);
    assert_eq!(send(app.request(Method::GET, PATH, &admin)).await.status, 404);
    let put = |body: serde_json::Value| app.request(Method::PUT, PATH, &admin).json(&body);
    let first = send(put(connection("https://ehr.example.org/r4", SECRET))).await;
    assert_eq!(
        (first.status, &first.json()["revision"]),
        (200, &json!(1)),
        "{}",
        first.text
    );
    let same = send(put(connection("https://ehr.example.org/r4", SECRET))).await;
    assert_eq!(same.json(), first.json(), "the same again changes nothing");
    let changed = send(put(connection("https://ehr.example.org/r5", SECRET))).await;
    assert_eq!(
        (&changed.json()["revision"], &changed.json()["connection_id"]),
        (&json!(2), &first.json()["connection_id"])
    );
    let shown = send(app.request(Method::GET, PATH, &admin)).await;
    assert_eq!(shown.json(), changed.json());
    assert!(!shown.text.contains("PRIVATE") && !shown.text.contains("client-"));
    assert_eq!(app.database.count("SELECT count(*) FROM ehr_proxy.outbox").await, 2);
}

#[actix_web::test]
async fn invalid_fields_are_named() {
    let app = TestApp::start().await;
    let admin = app.caller(Role::Admin);
    app.add_client("ehr-broken");
    app.secrets.write("ehr-broken/private_key_pem", "no key");
    app.add_client("ehr-half");
    std::fs::remove_file(app.secret_file("ehr-half/kid")).unwrap();
    for (base_url, secret, place) in [
        ("ftp://ehr.example.org", SECRET, "/base_url"),
        ("https://user:word@ehr.example.org", SECRET, "/base_url"),
        ("https://ehr.example.org/?x=1", SECRET, "/base_url"),
        ("nonsense", SECRET, "/base_url"),
        ("https://ehr.example.org", "database", "/secret_name"),
        ("https://ehr.example.org", "ehr-../x", "/secret_name"),
        ("https://ehr.example.org", "ehr-missing", "/secret_name"),
        ("https://ehr.example.org", "ehr-broken", "private_key_pem"),
        ("https://ehr.example.org", "ehr-half", "kid"),
    ] {
        let got = send(
            app.request(Method::PUT, PATH, &admin)
                .json(&connection(base_url, secret)),
        )
        .await;
        assert_eq!(got.status, 422, "{base_url} {secret}: {}", got.text);
        assert!(got.text.contains(place), "{}", got.text);
    }
    assert_eq!(
        app.database.count("SELECT count(*) FROM ehr_proxy.connections").await,
        0
    );
}

#[actix_web::test]
async fn credentials_of_one_organization_are_never_used_for_another() {
    let app = TestApp::start().await;
    let put = |caller: &Caller, secret: &str| {
        app.request(Method::PUT, PATH, caller)
            .json(&connection("https://ehr.example.org", secret))
    };
    assert_eq!(send(put(&app.caller(Role::Admin), SECRET)).await.status, 200);
    let elsewhere = Caller::new(OrganizationId::new(), Role::Admin);
    let got = send(put(&elsewhere, SECRET)).await;
    assert_eq!((got.status, got.problem().as_str()), (409, "conflict"));
    assert_eq!(send(app.request(Method::GET, PATH, &elsewhere)).await.status, 404);
    app.add_client("ehr-lakeview");
    assert_eq!(send(put(&elsewhere, "ehr-lakeview")).await.status, 200);
}

#[actix_web::test]
async fn a_changed_connection_is_used_at_once_with_a_token_of_its_own() {
    let (app, before) = TestApp::with_ehr().await;
    let doctor = app.caller(Role::Doctor);
    assert_eq!(send(app.summary(&doctor)).await.status, 200);
    let after = Ehr::start().await;
    app.connect(&after.base()).await;
    assert_eq!(send(app.summary(&doctor)).await.status, 200);
    assert_eq!(
        (before.seen("POST", "/token").await, after.seen("POST", "/token").await),
        (1, 1)
    );
}
