use crate::app::TestApp;
use chrono::Utc;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use mc_sandbox::actions::provision::p384_pem;
use serde_json::{Value, json};

const ALL: &str = "system/Patient.rs system/Encounter.rus";

#[actix_web::test]
async fn both_kinds_of_key_get_a_token_of_at_most_five_minutes() {
    let app = TestApp::start().await;
    for slug in ["northside", "lakeview"] {
        let (status, body) = app
            .request_token(&app.sign(slug, &app.claims(slug)), "system/*.rs system/Encounter.u")
            .await;
        assert_eq!(
            (status, &body["token_type"], &body["expires_in"]),
            (200, &json!("bearer"), &json!(300)),
            "{slug}"
        );
        let scope = body["scope"].as_str().unwrap();
        assert!(
            scope.contains("system/Patient.rs") && scope.contains("system/Encounter.u"),
            "{scope}"
        );
    }
}

#[actix_web::test]
async fn an_assertion_that_does_not_stand_gets_nothing() {
    let app = TestApp::start().await;
    let now = Utc::now().timestamp();
    let changed = |member: &str, value: Value| {
        let mut claims = app.claims("northside");
        claims[member] = value;
        claims
    };
    for claims in [
        changed("aud", json!("http://127.0.0.1:8107/ehr/fhir/r4")),
        changed("exp", json!(now + 900)),
        changed("exp", json!(now - 5)),
        changed("iat", json!(now + 600)),
        changed("iss", json!("medconnect-lakeview")),
        changed("jti", json!("")),
        changed("jti", Value::Null),
    ] {
        let (status, body) = app.request_token(&app.sign("northside", &claims), ALL).await;
        assert_eq!((status, &body["error"]), (400, &json!("invalid_client")), "{claims}");
    }
    let foreign = EncodingKey::from_ec_pem(p384_pem().unwrap().as_bytes()).unwrap();
    for (algorithm, kid, key) in [
        (
            Algorithm::ES384,
            app.secret("ehr-proxy/ehr-northside/kid"),
            foreign.clone(),
        ),
        (Algorithm::ES384, "another".to_owned(), foreign),
        (
            Algorithm::HS384,
            app.secret("ehr-proxy/ehr-northside/kid"),
            EncodingKey::from_secret(b"x"),
        ),
    ] {
        let mut header = Header::new(algorithm);
        header.kid = Some(kid);
        let assertion = encode(&header, &app.claims("northside"), &key).unwrap();
        let (status, body) = app.request_token(&assertion, ALL).await;
        assert_eq!((status, &body["error"]), (400, &json!("invalid_client")));
    }
    assert_eq!(
        app.database.count("SELECT count(*) FROM sandbox.access_tokens").await,
        0
    );
}

#[actix_web::test]
async fn an_assertion_is_taken_once_even_across_a_restart() {
    let mut app = TestApp::start().await;
    // The audience is the address before the restart: only the replay may be what is wrong.
    let assertion = app.sign("northside", &app.claims("northside"));
    assert_eq!(app.request_token(&assertion, ALL).await.0, 200);
    let (status, body) = app.request_token(&assertion, ALL).await;
    assert_eq!(
        (status, &body["error_description"]),
        (400, &json!("jti was used before"))
    );
    let mut claims = app.claims("northside");
    app.restart().await;
    claims["aud"] = json!(app.token_url());
    assert_eq!(app.request_token(&app.sign("northside", &claims), ALL).await.0, 200);
    assert_eq!(app.request_token(&app.sign("northside", &claims), ALL).await.0, 400);
}

#[actix_web::test]
async fn a_scope_that_is_not_registered_is_not_given() {
    let app = TestApp::start().await;
    let (status, body) = app
        .request_token(&app.sign("northside", &app.claims("northside")), "system/Group.rs")
        .await;
    assert_eq!((status, &body["error"]), (400, &json!("invalid_scope")));
}

#[actix_web::test]
async fn discovery_names_the_token_endpoint() {
    let app = TestApp::start().await;
    let found: Value = app
        .get("/ehr/fhir/r4/.well-known/smart-configuration")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(found["token_endpoint"], json!(app.token_url()));
    let statement: Value = app
        .get("/ehr/fhir/r4/metadata")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(statement["fhirVersion"], "4.0.1");
}
