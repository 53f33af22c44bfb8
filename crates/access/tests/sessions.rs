//! Tokens of sessions that have ended.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

use futures_util::future::join_all;
use mc_access::{AccessSettings, Claims, Revocations, TokenError, Verifier};
use mc_testkit::{Caller, TokenIssuer, eventually};
use mc_vocabulary::{Clock, OrganizationId, Role, SessionId};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{header, path},
};

/// A service that verifies tokens, and the auth that it may ask.
struct World {
    issuer: TokenIssuer,
    auth: MockServer,
    revocations: Arc<Revocations>,
    is_hearing: Arc<AtomicBool>,
    verifier: Verifier,
}

impl World {
    async fn new(revocations: Revocations) -> Self {
        mc_chassis::install_crypto();
        let (issuer, auth) = (TokenIssuer::new(), MockServer::start().await);
        let settings = AccessSettings {
            jwks_url: format!("{}/api/v1/auth/jwks.json", auth.uri()),
            ..TokenIssuer::settings()
        };
        let (revocations, is_hearing) = (Arc::new(revocations), Arc::new(AtomicBool::new(true)));
        let hearing = Arc::clone(&is_hearing);
        let verifier = Verifier::with_keys(settings, &issuer.keys, Clock::System)
            .rejecting_ended_sessions(Arc::clone(&revocations), move || hearing.load(Ordering::Relaxed))
            .unwrap();
        Self {
            issuer,
            auth,
            revocations,
            is_hearing,
            verifier,
        }
    }

    fn token(&self) -> String {
        self.issuer.token(&Caller::new(OrganizationId::new(), Role::Doctor))
    }

    async fn verify(&self, token: &str) -> Result<Claims, TokenError> {
        self.verifier.verify(token).await
    }

    /// Reports the end of the token's session, as the broadcast does.
    async fn revoke(&self, token: &str) {
        let claims = self.verify(token).await.unwrap();
        self.revocations.record(claims.sid.unwrap(), claims.exp, claims.iat);
    }

    fn hears(&self, hears: bool) {
        self.is_hearing.store(hears, Ordering::Relaxed);
    }

    /// Auth's answer about this token from now on.
    async fn auth_answers(&self, token: &str, status: u16) {
        self.auth_answers_after(token, status, Duration::ZERO).await;
    }

    async fn auth_answers_after(&self, token: &str, status: u16, delay: Duration) {
        self.auth.reset().await;
        Mock::given(path("/api/v1/auth/me"))
            .and(header("Authorization", format!("Bearer {token}").as_str()))
            .respond_with(ResponseTemplate::new(status).set_delay(delay))
            .mount(&self.auth)
            .await;
    }

    async fn queries(&self) -> usize {
        self.auth.received_requests().await.unwrap().len()
    }
}

#[tokio::test]
async fn the_token_of_a_session_that_was_reported_as_ended_is_rejected_without_asking() {
    let world = World::new(Revocations::default()).await;
    let (token, other) = (world.token(), world.token());
    world.revoke(&token).await;
    assert_eq!(world.verify(&token).await.unwrap_err(), TokenError::SessionEnded);
    world.verify(&other).await.unwrap();
    assert_eq!(world.queries().await, 0);
}

#[tokio::test]
async fn a_process_that_hears_no_broadcast_asks_auth_at_most_once_a_second_for_a_session() {
    let world = World::new(Revocations::default()).await;
    world.hears(false);
    let token = world.token();
    world.auth_answers(&token, 200).await;
    for _ in 0..5 {
        world.verify(&token).await.unwrap();
    }
    assert_eq!(world.queries().await, 1);
    world.auth_answers(&token, 401).await;
    eventually("the end of the session", || async {
        (world.verify(&token).await.err() == Some(TokenError::SessionEnded)).then_some(())
    })
    .await;
    // The end is remembered: it is final.
    let queries = world.queries().await;
    world.hears(true);
    assert_eq!(world.verify(&token).await.unwrap_err(), TokenError::SessionEnded);
    assert_eq!(world.queries().await, queries);
}

#[tokio::test]
async fn requests_of_one_session_at_once_share_one_query_and_its_answer() {
    let world = World::new(Revocations::default()).await;
    world.hears(false);
    for (status, is_open) in [(200, true), (401, false), (503, true)] {
        let token = world.token();
        world
            .auth_answers_after(&token, status, Duration::from_millis(200))
            .await;
        let answers = join_all((0..50).map(|_| world.verify(&token))).await;
        assert!(answers.iter().all(|answer| answer.is_ok() == is_open), "{status}");
        assert_eq!(world.queries().await, 1, "{status}");
    }
}

#[tokio::test]
async fn a_request_that_goes_away_while_it_queries_leaves_the_query_to_the_next() {
    let world = World::new(Revocations::default()).await;
    world.hears(false);
    let token = world.token();
    world.auth_answers_after(&token, 401, Duration::from_millis(300)).await;
    let gone = tokio::time::timeout(Duration::from_millis(100), world.verify(&token));
    let (gone, next) = tokio::join!(gone, world.verify(&token));
    assert!(gone.is_err());
    assert_eq!(next.unwrap_err(), TokenError::SessionEnded);
    assert_eq!(world.queries().await, 2);
}

#[tokio::test]
async fn an_answer_counts_for_a_second_from_when_auth_was_queried() {
    let world = World::new(Revocations::default()).await;
    world.hears(false);
    let token = world.token();
    world.auth_answers_after(&token, 200, Duration::from_millis(600)).await;
    world.verify(&token).await.unwrap();
    let answered_at = Instant::now();
    world.auth_answers(&token, 401).await;
    eventually("the end of the session", || async {
        world.verify(&token).await.is_err().then_some(())
    })
    .await;
    // Counted from the answer it would be a second.
    assert!(answered_at.elapsed() < Duration::from_millis(900));
}

#[tokio::test]
async fn while_auth_does_not_answer_either_a_token_holds_unless_its_end_was_heard() {
    let world = World::new(Revocations::default()).await;
    let (token, ended) = (world.token(), world.token());
    world.revoke(&ended).await;
    world.hears(false);
    for status in [500, 503, 302, 404] {
        world.auth_answers(&token, status).await;
        world.verify(&token).await.unwrap();
    }
    assert_eq!(world.verify(&ended).await.unwrap_err(), TokenError::SessionEnded);
}

#[tokio::test]
async fn an_auth_that_does_not_answer_is_queried_once_a_second_and_not_for_every_request() {
    let world = World::new(Revocations::default()).await;
    world.hears(false);
    world.auth_answers("none", 200).await; // 404 for every other token
    for _ in 0..20 {
        world.verify(&world.token()).await.unwrap();
    }
    assert!(world.queries().await <= 2, "{}", world.queries().await);
}

#[tokio::test]
async fn after_more_ends_than_it_can_remember_a_process_asks_auth() {
    let world = World::new(Revocations::with_capacity(3)).await;
    let token = world.token();
    let claims = world.verify(&token).await.unwrap();
    for _ in 0..3 {
        world.revocations.record(SessionId::new(), claims.exp + 60, claims.iat);
    }
    world.verify(&token).await.unwrap();
    assert_eq!(world.queries().await, 0, "nothing was forgotten yet");
    // Its tokens expire first, so it is the one that is forgotten.
    world.revoke(&token).await;
    assert_eq!(world.revocations.len(), 3);
    world.auth_answers(&token, 401).await;
    assert_eq!(world.verify(&token).await.unwrap_err(), TokenError::SessionEnded);
    assert_eq!(world.queries().await, 1);
}
