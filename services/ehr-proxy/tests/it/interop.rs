//! Our token code against an authorization server by others (oidc-provider, see deploy/interop).
//! Runs if `MC_INTEROP_OIDC_ISSUER` is set; otherwise the tests are skipped and print so.

use mc_ehr_proxy::gateway::{AssertionKey, EhrError, request_token};
use mc_keyring::Credentials;
use mc_upstream::{Hooks, Upstream, UpstreamConfig};
use mc_vocabulary::Clock;
use reqwest::Url;

const SCOPE: &str = "system/Patient.rs system/Observation.rs";

#[expect(
    clippy::disallowed_methods,
    reason = "the address of the peer is in the environment of make interop"
)]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The server and its token endpoint.
fn peer() -> Option<(Upstream, Url)> {
    let Some(issuer) = setting("MC_INTEROP_OIDC_ISSUER") else {
        println!("SKIPPED: MC_INTEROP_OIDC_ISSUER is not set; run `make interop`");
        return None;
    };
    mc_chassis::install_crypto();
    let mut config = UpstreamConfig::at(issuer.parse().unwrap());
    config.allow_private_addresses = true;
    let endpoint =
        setting("MC_INTEROP_OIDC_TOKEN_URL").unwrap_or_else(|| format!("{}/token", issuer.trim_end_matches('/')));
    Some((
        Upstream::new("interop", config, Clock::System, Hooks::default()).unwrap(),
        endpoint.parse().unwrap(),
    ))
}

/// The client registered for an algorithm; its key id is its client id.
fn client(algorithm: &str) -> Option<Credentials> {
    let id = setting(&format!("MC_INTEROP_OIDC_{algorithm}_CLIENT_ID"))?;
    let pem = std::fs::read_to_string(setting(&format!("MC_INTEROP_OIDC_{algorithm}_KEY_FILE"))?).unwrap();
    Some(Credentials::from_fields(
        "interop",
        [("client_id", id.as_str()), ("private_key_pem", &pem), ("kid", &id)],
    ))
}

async fn assert_token_is_issued(algorithm: &str) {
    let Some((upstream, endpoint)) = peer() else { return };
    let Some(credentials) = client(algorithm) else {
        println!("SKIPPED: the peer has no {algorithm} client");
        return;
    };
    let key = AssertionKey::new(&credentials).unwrap();
    assert_eq!(key.algorithm(), algorithm);
    let now_s = Clock::System.now().timestamp();
    let granted = request_token(&upstream, &endpoint, &key, SCOPE, now_s).await.unwrap();
    assert!(!granted.token.is_empty() && (1..=300).contains(&granted.expires_in.as_secs()));
    // An expired assertion is refused, and the refusal does not count as an outage.
    let late = request_token(&upstream, &endpoint, &key, SCOPE, now_s - 3_600).await;
    assert!(matches!(
        late.map(|granted| granted.expires_in),
        Err(EhrError::Setup(_))
    ));
}

#[actix_web::test]
async fn interop_an_es384_client_gets_its_token() {
    assert_token_is_issued("ES384").await;
}

#[actix_web::test]
async fn interop_an_rs384_client_gets_its_token() {
    assert_token_is_issued("RS384").await;
}
