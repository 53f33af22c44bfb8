//! The bounds of a connection's secret: an administrator names an address, the operator decides
//! whether the secret may be sent there.

use crate::{
    app::{Got, SECRET, TestApp, connection, send},
    ehr::{Ehr, PATIENT},
};
use mc_vocabulary::{OrganizationId, Role};
use reqwest::Method;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

const PATH: &str = "/api/v1/integrations/ehr/connection";

async fn put(app: &TestApp, body: &Value) -> Got {
    send(app.request(Method::PUT, PATH, &app.caller(Role::Admin)).json(body)).await
}

/// Sets the connection to `ehr`, whose bounds are those of the secret.
async fn put_again(app: &TestApp, ehr: &Ehr) -> Got {
    put(app, &connection(ehr.base().as_str(), SECRET)).await
}

async fn summary(app: &TestApp) -> Got {
    send(app.summary(&app.caller(Role::Doctor))).await
}

async fn requests(ehr: &Ehr) -> usize {
    ehr.server.received_requests().await.unwrap().len()
}

/// A server of somebody else, whose discovery names the token endpoint of `ehr`.
async fn impostor(ehr: &Ehr) -> Ehr {
    let impostor = Ehr::start().await;
    let smart = json!({ "token_endpoint": format!("{}/oauth2/token", ehr.server.uri()) });
    let answer = ResponseTemplate::new(200).set_body_json(smart);
    impostor.first(99, "GET", "smart-configuration", answer).await;
    impostor
}

async fn ehr_detail(app: &TestApp) -> (String, String) {
    let components: Vec<Value> = app
        .bare(Method::GET, "/internal/components")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let ehr = components.iter().find(|component| component["name"] == "ehr").unwrap();
    let text = |member: &str| ehr[member].as_str().unwrap().to_owned();
    (text("status"), text("detail"))
}

#[actix_web::test]
async fn a_connection_outside_of_the_bounds_of_its_secret_is_refused_before_anything_is_sent() {
    let (app, ehr) = TestApp::with_ehr().await;
    let (impostor, base) = (impostor(&ehr).await, ehr.base());
    let with_scope = |scope: &str| {
        let mut body = connection(base.as_str(), SECRET);
        body["scope"] = json!(scope);
        body
    };
    for (body, place) in [
        (connection(impostor.base().as_str(), SECRET), "/base_url"),
        (connection(&format!("{base}/other"), SECRET), "/base_url"),
        (with_scope("system/Patient.rs system/*.cruds"), "/scope"),
    ] {
        let refused = put(&app, &body).await;
        assert_eq!(refused.status, 422, "{body}: {}", refused.text);
        assert_eq!(
            refused.json()["errors"][0]["place"].as_str(),
            Some(place),
            "{}",
            refused.text
        );
    }
    app.bound(SECRET, "organizations", &OrganizationId::new().to_string());
    let refused = put_again(&app, &ehr).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.text.contains("/secret_name"), "{}", refused.text);
    assert_eq!(requests(&impostor).await, 0);
    assert_eq!(ehr.seen("POST", "/oauth2/token").await, 0);
    let recorded =
        "SELECT count(*) FROM ehr_proxy.outbox WHERE envelope->'data'->'details'->>'reason' = 'outside_bounds'";
    assert_eq!(app.database.count(recorded).await, 4, "each refusal is on record");

    app.bound(
        SECRET,
        "organizations",
        &format!("{}\n{}", OrganizationId::new(), app.organization_id),
    );
    assert_eq!(put_again(&app, &ehr).await.status, 200);
    assert_eq!(summary(&app).await.status, 200);
}

#[actix_web::test]
async fn a_stored_connection_to_another_host_receives_neither_token_nor_api_key() {
    let (app, ehr) = TestApp::with_ehr().await;
    app.bound(SECRET, "api_key", "key-7");
    assert_eq!(put_again(&app, &ehr).await.status, 200);
    assert_eq!(summary(&app).await.status, 200);
    // As a release without bounds stored it.
    let impostor = impostor(&ehr).await;
    sqlx::query("UPDATE ehr_proxy.connections SET base_url = $1")
        .bind(impostor.base().as_str())
        .execute(&app.database.owner)
        .await
        .unwrap();
    let got = summary(&app).await;
    assert_eq!((got.status, got.problem().as_str()), (502, "bad-gateway"));
    assert_eq!(requests(&impostor).await, 0);
    assert_eq!(ehr.seen("POST", "/oauth2/token").await, 1);
    let (status, detail) = ehr_detail(&app).await;
    assert_eq!(status, "unhealthy");
    assert!(detail.contains("field base_url of its secret"), "{detail}");
    assert_eq!(requests(&impostor).await, 0, "nor does the health check call it");
}

#[actix_web::test]
async fn nothing_is_signed_for_a_token_endpoint_of_another_origin() {
    let (app, ehr) = TestApp::with_ehr().await;
    let elsewhere = Ehr::start().await;
    let smart = json!({ "token_endpoint": format!("{}/oauth2/token", elsewhere.server.uri()) });
    let answer = ResponseTemplate::new(200).set_body_json(smart);
    ehr.first(2, "GET", "smart-configuration", answer).await;
    let refused = put_again(&app, &ehr).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(
        refused.text.contains("/base_url") && refused.text.contains("token endpoint"),
        "{}",
        refused.text
    );
    assert_eq!(summary(&app).await.status, 502);
    assert_eq!(requests(&elsewhere).await, 0);
    assert_eq!(summary(&app).await.status, 200, "the document is read again");
}

#[actix_web::test]
async fn a_token_of_wider_bounds_is_not_used_within_narrower_ones() {
    let (app, ehr) = TestApp::with_ehr().await;
    assert_eq!(summary(&app).await.status, 200);
    app.bound(SECRET, "scopes", "system/Patient.rs");
    assert_eq!(put_again(&app, &ehr).await.status, 422);
    let before = requests(&ehr).await;
    assert_eq!(summary(&app).await.status, 502);
    assert_eq!(requests(&ehr).await, before);
    // Other bounds that contain the connection: a token of its own.
    app.bound(
        SECRET,
        "scopes",
        "system/Patient.rs system/Encounter.rus system/Condition.rs",
    );
    assert_eq!(put_again(&app, &ehr).await.status, 200);
    assert_eq!(summary(&app).await.status, 200);
    assert_eq!(ehr.seen("POST", "/oauth2/token").await, 2);
}

#[actix_web::test]
async fn a_secret_without_bounds_is_not_used_and_the_missing_field_is_named() {
    for field in ["organizations", "base_url", "token_origin", "scopes"] {
        let (app, ehr) = TestApp::with_ehr().await;
        let file = app.secret_file(SECRET).join(field);
        let stored = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        let refused = put_again(&app, &ehr).await;
        assert_eq!(refused.status, 422, "{field}: {}", refused.text);
        assert!(
            refused
                .text
                .contains(&format!("field {field} of the secret is missing")),
            "{}",
            refused.text
        );
        let before = requests(&ehr).await;
        assert_eq!(summary(&app).await.status, 502, "{field}");
        let (status, detail) = ehr_detail(&app).await;
        assert_eq!(
            (status.as_str(), detail.as_str()),
            (
                "unhealthy",
                format!("0 of 1 connections respond; a connection is refused: field {field} of its secret is missing")
                    .as_str()
            )
        );
        assert_eq!(requests(&ehr).await, before, "{field}");
        app.bound(SECRET, field, &stored);
        assert_eq!(put_again(&app, &ehr).await.status, 200, "{field}");
        assert_eq!(summary(&app).await.status, 200, "{field}");
    }
}

#[actix_web::test]
async fn a_redirection_carries_neither_assertion_nor_token_elsewhere() {
    let (app, ehr) = TestApp::with_ehr().await;
    let elsewhere = Ehr::start().await;
    for (method, at, status) in [
        ("GET", "smart-configuration", 302),
        ("POST", "/oauth2/token", 307),
        ("GET", "/Patient/", 307),
    ] {
        let to = format!("{}/fhir/r4/Patient/{PATIENT}", elsewhere.server.uri());
        let answer = ResponseTemplate::new(status).insert_header("Location", to.as_str());
        ehr.first(1, method, at, answer).await;
        assert_eq!(summary(&app).await.status, 502, "{at}");
    }
    assert_eq!(requests(&elsewhere).await, 0);
    assert_eq!(summary(&app).await.status, 200);
}
