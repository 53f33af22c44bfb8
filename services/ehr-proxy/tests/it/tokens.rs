//! SMART Backend Services: authentication to an EHR, and how tokens are reused.

use crate::{
    app::{EhrOptions, SECRET, TestApp, pem, send},
    ehr::{Ehr, PATIENT},
};
use aws_lc_rs::{encoding::AsDer, rsa::KeySize, signature::RsaKeyPair};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use futures_util::future::join_all;
use mc_ehr_proxy::startup::SERVICE;
use mc_testkit::{Database, broker};
use mc_vocabulary::Role;
use reqwest::Url;
use serde_json::{Value, json};
use std::collections::HashMap;
use wiremock::ResponseTemplate;

/// Header and claims of the assertion in the newest token request, and its form.
async fn assertion(ehr: &Ehr) -> (Value, Value, HashMap<String, String>) {
    let request = ehr.requests("POST", "/oauth2/token").await.pop().unwrap();
    let form = Url::parse(&format!("http://x/?{}", String::from_utf8(request.body).unwrap())).unwrap();
    let form: HashMap<_, _> = form.query_pairs().into_owned().collect();
    let mut parts = form["client_assertion"]
        .split('.')
        .map(|part| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap());
    let mut json = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (json(), json(), form)
}

#[actix_web::test]
async fn the_assertion_follows_the_standard_and_the_token_is_used() {
    let (app, ehr) = TestApp::with_ehr().await;
    assert_eq!(send(app.summary(&app.caller(Role::Doctor))).await.status, 200);
    let (header, claims, form) = assertion(&ehr).await;
    assert_eq!(
        (&header["alg"], &header["kid"], &header["typ"]),
        (&json!("ES384"), &json!("k1"), &json!("JWT"))
    );
    assert_eq!(
        (&claims["iss"], &claims["sub"]),
        (&json!("client-ehr-northside"), &json!("client-ehr-northside"))
    );
    assert_eq!(claims["aud"], format!("{}/oauth2/token", ehr.server.uri()));
    let ahead = claims["exp"].as_i64().unwrap() - mc_vocabulary::Clock::System.now().timestamp();
    assert!((1..=300).contains(&ahead), "{ahead}");
    assert!(claims["jti"].as_str().unwrap().len() <= 151);
    assert_eq!(form["grant_type"], "client_credentials");
    assert_eq!(
        form["client_assertion_type"],
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    assert_eq!(form["scope"], "system/Patient.rs system/Encounter.rus");
    let read = ehr.requests("GET", &format!("/Patient/{PATIENT}")).await.remove(0);
    assert_eq!(read.headers["authorization"], "Bearer token-1");
    assert_eq!(read.headers["accept"], "application/fhir+json");
    assert!(read.headers.contains_key("traceparent"));
}

#[actix_web::test]
async fn an_rsa_key_signs_rs384_and_an_api_key_is_sent_with_the_token() {
    let (app, ehr) = TestApp::with_ehr().await;
    let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: aws_lc_rs::encoding::Pkcs8V1Der = key.as_der().unwrap();
    app.secrets
        .write(&format!("{SECRET}/private_key_pem"), &pem(der.as_ref()));
    app.secrets.write(&format!("{SECRET}/api_key"), "key-7");
    // Setting the connection reads the secret again.
    let moved: Url = format!("{}/", ehr.base()).parse().unwrap();
    app.connect(&moved).await;
    assert_eq!(send(app.summary(&app.caller(Role::Doctor))).await.status, 200);
    assert_eq!(assertion(&ehr).await.0["alg"], "RS384");
    let read = ehr.requests("GET", &format!("/Patient/{PATIENT}")).await.remove(0);
    assert_eq!(read.headers["x-api-key"], "key-7");
}

#[actix_web::test]
async fn concurrent_callers_share_one_token_request() {
    let (app, ehr) = TestApp::with_ehr().await;
    let doctor = app.caller(Role::Doctor);
    let answers = join_all((0..8).map(|_| send(app.summary(&doctor)))).await;
    assert!(answers.iter().all(|got| got.status == 200));
    assert_eq!(ehr.seen("POST", "/oauth2/token").await, 1);
}

#[actix_web::test]
async fn a_rejected_token_is_replaced_during_the_call() {
    let (app, ehr) = TestApp::with_ehr().await;
    let doctor = app.caller(Role::Doctor);
    assert_eq!(send(app.summary(&doctor)).await.status, 200);
    let second = json!({ "access_token": "token-2", "token_type": "Bearer", "expires_in": 300 });
    ehr.first(
        1,
        "POST",
        "/oauth2/token",
        ResponseTemplate::new(200).set_body_json(second),
    )
    .await;
    ehr.first(1, "GET", "/Patient/", ResponseTemplate::new(401)).await;
    assert_eq!(send(app.summary(&doctor)).await.status, 200);
    let last = ehr.requests("GET", &format!("/Patient/{PATIENT}")).await.pop().unwrap();
    assert_eq!(last.headers["authorization"], "Bearer token-2");
    assert_eq!(ehr.seen("POST", "/oauth2/token").await, 2);
    ehr.first(2, "GET", "/Patient/", ResponseTemplate::new(401)).await;
    let got = send(app.summary(&doctor)).await;
    assert_eq!(got.status, 502, "rejected twice: {}", got.text);
}

#[actix_web::test]
async fn the_token_is_cached_sealed_and_for_less_than_its_lifetime() {
    let (app, _ehr) = TestApp::with_ehr().await;
    assert_eq!(send(app.summary(&app.caller(Role::Doctor))).await.status, 200);
    let id: sqlx::types::Uuid = sqlx::query_scalar("SELECT id FROM ehr_proxy.connections")
        .fetch_one(&app.database.owner)
        .await
        .unwrap();
    let url = mc_testkit::redis_url();
    let client = redis::Client::open(mc_keyring::ExposeSecret::expose_secret(&url)).unwrap();
    let mut redis = client.get_connection_manager().await.unwrap();
    let keys: Vec<String> = redis::cmd("KEYS")
        .arg(format!("ehr-proxy:token:{id}:1:*"))
        .query_async(&mut redis)
        .await
        .unwrap();
    let [key] = keys.as_slice() else { panic!("{keys:?}") };
    let kept: Vec<u8> = redis::cmd("GET").arg(key).query_async(&mut redis).await.unwrap();
    assert!(mc_keyring::is_sealed(&kept));
    let lives_s: i64 = redis::cmd("TTL").arg(key).query_async(&mut redis).await.unwrap();
    assert!((200..=270).contains(&lives_s), "{lives_s}");
    let evidence: Value = app
        .bare(reqwest::Method::GET, "/internal/evidence")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let at_rest = evidence
        .as_array()
        .unwrap()
        .iter()
        .find(|e| e["control"] == "encryption_at_rest")
        .unwrap();
    assert_eq!(at_rest["holds"], true);
}

#[actix_web::test]
async fn without_redis_tokens_are_requested_more_often() {
    let database = Database::fresh(SERVICE.schema, SERVICE.migrations).await;
    let options = EhrOptions {
        redis_url: Some("redis://127.0.0.1:1/".to_owned()),
        ..EhrOptions::default()
    };
    let app = TestApp::start_on(database, broker(), options).await;
    let ehr = Ehr::start().await;
    app.connect(&ehr.base()).await;
    app.consent(PATIENT, "permit", json!({})).await;
    for _ in 0..2 {
        assert_eq!(send(app.summary(&app.caller(Role::Doctor))).await.status, 200);
    }
    assert!(ehr.seen("POST", "/oauth2/token").await >= 2);
}

#[actix_web::test]
async fn a_server_that_refuses_our_client_or_signature_is_a_setup_error() {
    let (app, ehr) = TestApp::with_ehr().await;
    let doctor = app.caller(Role::Doctor);
    let refusal = json!({ "error": "invalid_client", "error_description": "client-ehr-northside" });
    ehr.first(
        1,
        "POST",
        "/oauth2/token",
        ResponseTemplate::new(400).set_body_json(refusal),
    )
    .await;
    let got = send(app.summary(&doctor)).await;
    assert_eq!((got.status, got.problem().as_str()), (502, "bad-gateway"));
    assert!(!got.text.contains("client-"));
    let smart = json!({ "token_endpoint": "http://127.0.0.1:9/token", "token_endpoint_auth_signing_alg_values_supported": ["RS256"] });
    ehr.first(
        1,
        "GET",
        "smart-configuration",
        ResponseTemplate::new(200).set_body_json(smart),
    )
    .await;
    assert_eq!(send(app.summary(&doctor)).await.status, 502);
    assert_eq!(
        send(app.summary(&doctor)).await.status,
        200,
        "the document is read again"
    );
}
