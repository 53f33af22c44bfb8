//! Access tokens of sessions that have ended.

use crate::app::{EhrOptions, TestApp, send};
use mc_access::{AccessSettings, Verifier};
use mc_contracts::{AccessRevoked, BroadcastMark, RevocationReason};
use mc_ehr_proxy::startup::SERVICE;
use mc_testkit::{ChaosProxy, Database, TestOptions, TokenIssuer, broker, eventually};
use mc_vocabulary::{Clock, Role};
use reqwest::Method;
use std::time::{Duration, Instant};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path};

const CONSENTS: &str = "/api/v1/integrations/ehr/consents?patient_id=pat-1";

/// The service, the issuer of its tokens, auth, and the connection to the broker.
struct World {
    app: TestApp,
    issuer: TokenIssuer,
    auth: MockServer,
    proxy: ChaosProxy,
}

impl World {
    async fn start() -> Self {
        mc_chassis::install_crypto();
        let (issuer, auth, broker) = (TokenIssuer::new(), MockServer::start().await, broker());
        let proxy = ChaosProxy::before_url(&broker.operator_url).await;
        let settings = AccessSettings {
            jwks_url: format!("{}/api/v1/auth/jwks.json", auth.uri()),
            ..TokenIssuer::settings()
        };
        let test = TestOptions {
            broker_port: Some(proxy.port),
            verifier: Some(Verifier::with_keys(settings, &issuer.keys, Clock::System)),
            leaves: Some("the broker is cut"),
            ..TestOptions::default()
        };
        let database = Database::fresh(SERVICE.schema, SERVICE.migrations).await;
        let app = TestApp::start_on(
            database,
            broker,
            EhrOptions {
                test,
                ..EhrOptions::default()
            },
        )
        .await;
        Self {
            app,
            issuer,
            auth,
            proxy,
        }
    }

    fn token(&self) -> String {
        self.issuer.token(&self.app.caller(Role::Staff))
    }

    async fn read(&self, token: &str) -> u16 {
        send(self.app.bare(Method::GET, CONSENTS).bearer_auth(token))
            .await
            .status
    }

    async fn auth_answers(&self, status: u16) {
        self.auth.reset().await;
        Mock::given(path("/api/v1/auth/me"))
            .respond_with(ResponseTemplate::new(status))
            .mount(&self.auth)
            .await;
    }

    /// Waits until the service hears broadcasts: it then queries auth about no session.
    async fn hears(&self) {
        self.auth_answers(200).await;
        eventually("broadcasts are heard", || async {
            let mark = BroadcastMark {
                as_of: Clock::System.now(),
            };
            self.app.broker.publish_as("auth", None, &[mark]).await;
            self.auth.reset().await;
            self.auth_answers(200).await;
            assert_eq!(self.read(&self.token()).await, 200);
            self.auth.received_requests().await.unwrap().is_empty().then_some(())
        })
        .await;
    }

    /// Waits until the service queries auth about sessions.
    async fn is_deaf(&self) {
        eventually("broadcasts are not heard", || async {
            self.auth_answers(200).await;
            assert_eq!(self.read(&self.token()).await, 200);
            (!self.auth.received_requests().await.unwrap().is_empty()).then_some(())
        })
        .await;
    }
}

/// Publishes the end of the token's session, as auth does.
async fn publish_end(app: &TestApp, token: &str, issuer: &TokenIssuer) {
    let claims = issuer.verifier().verify(token).await.unwrap();
    let event = AccessRevoked {
        session_id: claims.sid.unwrap(),
        expires_at: Clock::System.now() + chrono::Duration::minutes(15),
        reason: RevocationReason::SignedOut,
    };
    app.broker.publish_as("auth", Some(app.organization_id), &[event]).await;
}

#[actix_web::test]
async fn a_signed_out_token_reads_no_consents_after_a_second() {
    let world = World::start().await;
    world.hears().await;
    let (token, other) = (world.token(), world.token());
    assert_eq!(world.read(&token).await, 200);
    publish_end(&world.app, &token, &world.issuer).await;
    let published_at = Instant::now();
    eventually("the token is refused", || async {
        (world.read(&token).await == 401).then_some(())
    })
    .await;
    assert!(
        published_at.elapsed() < Duration::from_secs(1),
        "{:?}",
        published_at.elapsed()
    );
    assert_eq!(world.read(&other).await, 200, "another session goes on");
}

#[actix_web::test]
async fn a_process_that_starts_hears_of_the_sessions_that_ended_before() {
    // Its auth cannot be reached: only the broadcast reports the end.
    let app = TestApp::start().await;
    let token = app.token(Role::Staff);
    let refused = |base: String| {
        let (app, token) = (&app, &token);
        async move {
            let request = app.at(&base, Method::GET, CONSENTS).bearer_auth(token);
            (send(request).await.status == 401).then_some(())
        }
    };
    publish_end(&app, &token, &app.issuer).await;
    eventually("the end is heard", || refused(app.base.clone())).await;
    let second = app.second_process(&SERVICE, app.settings(&SERVICE)).await;
    eventually("the second process hears it", || refused(second.base.clone())).await;
}

#[actix_web::test]
async fn with_the_broker_away_auth_is_queried_and_with_auth_away_too_a_token_holds() {
    let world = World::start().await;
    world.hears().await;
    let (ended, unknown) = (world.token(), world.token());
    world.proxy.cut();
    world.is_deaf().await;
    world.auth_answers(401).await;
    assert_eq!(world.read(&ended).await, 401, "auth reports its end");
    world.auth_answers(503).await;
    assert_eq!(world.read(&unknown).await, 200, "nobody can report its end");
    assert_eq!(world.read(&ended).await, 401, "what was reported is remembered");
    world.proxy.restore();
    world.hears().await;
}
