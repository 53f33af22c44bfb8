//! Which tokens are accepted.
#![expect(clippy::disallowed_methods, reason = "tests look at the ordinary clock")]

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use mc_access::{AccessSettings, TokenError, Verifier};
use mc_testkit::{Caller, TokenIssuer};
use mc_vocabulary::{Clock, OrganizationId, Role};
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path};

fn doctor() -> Caller {
    Caller::new(OrganizationId::new(), Role::Doctor)
}

fn claims(issuer: &str, audience: &str) -> Value {
    let now = chrono::Utc::now().timestamp();
    json!({ "iss": issuer, "aud": audience, "sub": "x", "exp": now + 60, "iat": now, "jti": "x",
        "org": OrganizationId::new(), "roles": ["admin"], "permissions": [] })
}

#[tokio::test]
async fn a_valid_token_identifies_the_caller() {
    let issuer = TokenIssuer::new();
    let caller = doctor();
    let claims = issuer.verifier().verify(&issuer.token(&caller)).await.unwrap();
    assert_eq!((claims.org, claims.roles), (caller.organization_id, vec![Role::Doctor]));
}

#[tokio::test]
async fn expired_foreign_and_modified_tokens_are_rejected() {
    let issuer = TokenIssuer::new();
    let verifier = issuer.verifier();
    assert_eq!(
        verifier.verify(&issuer.expired(&doctor())).await.unwrap_err(),
        TokenError::Expired
    );
    let stranger = TokenIssuer::new().token(&doctor());
    assert_eq!(
        verifier.verify(&stranger).await.unwrap_err(),
        TokenError::Invalid,
        "the same key id, another key"
    );
    let token = issuer.token(&doctor());
    let (head, rest) = token.split_once('.').unwrap();
    let (_, signature) = rest.split_once('.').unwrap();
    let other = issuer.token(&Caller::new(OrganizationId::new(), Role::Admin));
    let payload = other.split('.').nth(1).unwrap();
    let swapped = format!("{head}.{payload}.{signature}");
    assert_eq!(verifier.verify(&swapped).await.unwrap_err(), TokenError::Invalid);
}

#[tokio::test]
async fn another_algorithm_issuer_or_audience_is_rejected() {
    let issuer = TokenIssuer::new();
    let verifier = issuer.verifier();
    let settings = TokenIssuer::settings();
    // The public key as a shared secret: the classic algorithm confusion.
    let public = serde_json::to_vec(&issuer.keys.keys[0]).unwrap();
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("test".to_owned());
    let body = claims(&settings.issuer, &settings.audience);
    let confused = jsonwebtoken::encode(&header, &body, &EncodingKey::from_secret(&public)).unwrap();
    assert_eq!(verifier.verify(&confused).await.unwrap_err(), TokenError::Invalid);
    for text in ["", "a.b.c", "eyJhbGciOiJub25lIiwia2lkIjoidGVzdCJ9.e30."] {
        assert_eq!(
            verifier.verify(text).await.unwrap_err(),
            TokenError::Invalid,
            "{text:?}"
        );
    }
    let elsewhere = AccessSettings {
        audience: "another".to_owned(),
        ..settings
    };
    let strict = Verifier::with_keys(elsewhere, &issuer.keys, Clock::System);
    assert_eq!(
        strict.verify(&issuer.token(&doctor())).await.unwrap_err(),
        TokenError::Invalid
    );
}

#[tokio::test]
async fn keys_are_fetched_once_and_their_absence_is_not_a_refusal() {
    mc_chassis::install_crypto();
    let (issuer, auth) = (TokenIssuer::new(), MockServer::start().await);
    let settings = AccessSettings {
        jwks_url: format!("{}/jwks.json", auth.uri()),
        ..TokenIssuer::settings()
    };
    let verifier = Verifier::new(settings, Clock::System).unwrap();
    let token = issuer.token(&doctor());
    assert_eq!(verifier.verify(&token).await.unwrap_err(), TokenError::KeysUnavailable);
    let keys = ResponseTemplate::new(200).set_body_json(&issuer.keys);
    Mock::given(path("/jwks.json"))
        .respond_with(keys)
        .expect(1)
        .mount(&auth)
        .await;
    for _ in 0..3 {
        verifier.verify(&token).await.unwrap();
    }
}
