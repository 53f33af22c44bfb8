//! Verification of access tokens: ES256 only, our issuer and audience, a key that auth publishes.

use crate::{
    principal::Claims,
    revocations::Revocations,
    sessions::{AuthSessions, SessionSource, Sessions},
};
use futures_util::future::BoxFuture;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use mc_vocabulary::Clock;
use serde::Deserialize;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Where the keys are, and the required issuer and audience.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessSettings {
    /// URL of auth's `jwks.json`.
    pub jwks_url: String,
    /// Required `iss`.
    #[serde(default = "issuer")]
    pub issuer: String,
    /// Required `aud`.
    #[serde(default = "audience")]
    pub audience: String,
}

impl AccessSettings {
    /// Auth's route that describes a caller, beside its keys.
    fn me_url(&self) -> Option<reqwest::Url> {
        reqwest::Url::parse(&self.jwks_url).ok()?.join("me").ok()
    }
}

fn issuer() -> String {
    "https://medconnect.dev/auth".to_owned()
}
fn audience() -> String {
    "medconnect".to_owned()
}

/// Why a token was rejected. The caller receives no other detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The token was valid and has expired.
    #[error("the token has expired")]
    Expired,
    /// Malformed, another algorithm, an unknown key, another issuer or audience, an invalid
    /// signature.
    #[error("the token is not valid")]
    Invalid,
    /// The token is valid, but its session has ended.
    #[error("the session has ended")]
    SessionEnded,
    /// Undecided: auth's keys were never read and cannot be read now.
    #[error("the keys cannot be read")]
    KeysUnavailable,
}

/// Verifies tokens. Caches auth's keys and fetches them again for an unknown key id, at most every
/// five seconds.
pub struct Verifier {
    settings: AccessSettings,
    http: Option<reqwest::Client>,
    clock: Clock,
    keys: Mutex<Keys>,
    refresh: tokio::sync::Mutex<()>,
    source: Option<Arc<dyn SessionSource>>,
    sessions: Option<Sessions>,
}

#[derive(Default)]
struct Keys {
    by_id: HashMap<String, DecodingKey>,
    fetched_at: Option<Instant>,
}

fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .timeout(Duration::from_secs(3))
        .redirect(reqwest::redirect::Policy::none())
        .build()
}

const MIN_FETCH_INTERVAL: Duration = Duration::from_secs(5);

impl Verifier {
    /// A verifier that fetches the keys from `settings.jwks_url` on first use.
    ///
    /// # Errors
    /// If the HTTP client cannot be built.
    pub fn new(settings: AccessSettings, clock: Clock) -> Result<Self, reqwest::Error> {
        Ok(Self::with(settings, Some(http_client()?), clock))
    }

    /// A verifier with fixed keys, for auth itself and for tests.
    pub fn with_keys(settings: AccessSettings, keys: &JwkSet, clock: Clock) -> Self {
        let verifier = Self::with(settings, None, clock);
        verifier.learn(keys);
        verifier
    }

    fn with(settings: AccessSettings, http: Option<reqwest::Client>, clock: Clock) -> Self {
        Self {
            settings,
            http,
            clock,
            keys: Mutex::default(),
            refresh: tokio::sync::Mutex::default(),
            source: None,
            sessions: None,
        }
    }

    /// Asks `source` about sessions, instead of auth over HTTP: for auth itself.
    pub fn with_source(mut self, source: Arc<dyn SessionSource>) -> Self {
        self.source = Some(source);
        self
    }

    /// Rejects tokens of sessions in `revocations`. While `is_hearing` returns false these are not
    /// complete, and auth is queried at `me` beside its `jwks.json`.
    ///
    /// # Errors
    /// If the HTTP client cannot be built.
    pub fn rejecting_ended_sessions(
        mut self,
        revocations: Arc<Revocations>,
        is_hearing: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Result<Self, reqwest::Error> {
        let source = match (self.source.take(), self.settings.me_url()) {
            (Some(source), _) => Some(source),
            (None, Some(url)) => {
                let http = self.http.clone().map_or_else(http_client, Ok)?;
                Some(Arc::new(AuthSessions { http, url }) as Arc<dyn SessionSource>)
            }
            (None, None) => None,
        };
        let sessions = Sessions::new(revocations, Box::new(is_hearing), source, self.clock.clone());
        self.sessions = Some(sessions);
        Ok(self)
    }

    /// The clock used for expiry.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Verifies a token and returns its claims.
    ///
    /// # Errors
    /// The [`TokenError`] that says why the token was rejected.
    pub async fn verify(&self, token: &str) -> Result<Claims, TokenError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Invalid)?;
        let kid = header
            .kid
            .filter(|_| header.alg == Algorithm::ES256)
            .ok_or(TokenError::Invalid)?;
        let key = match self.known(&kid) {
            Some(key) => key,
            None => self.ask_for(&kid).await?,
        };
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_audience(&[&self.settings.audience]);
        validation.set_issuer(&[&self.settings.issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_exp = false; // checked below by our own clock
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation)
            .map_err(|_| TokenError::Invalid)?
            .claims;
        if claims.exp <= self.clock.now().timestamp() {
            return Err(TokenError::Expired);
        }
        if let Some(sessions) = &self.sessions
            && !sessions.is_open(token, &claims).await
        {
            return Err(TokenError::SessionEnded);
        }
        Ok(claims)
    }

    fn known(&self, kid: &str) -> Option<DecodingKey> {
        self.keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .by_id
            .get(kid)
            .cloned()
    }

    fn learn(&self, set: &JwkSet) {
        let found = set
            .keys
            .iter()
            .filter_map(|jwk| Some((jwk.common.key_id.clone()?, DecodingKey::from_jwk(jwk).ok()?)));
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.by_id = found.collect();
        keys.fetched_at = Some(Instant::now());
    }

    fn ask_for<'a>(&'a self, kid: &'a str) -> BoxFuture<'a, Result<DecodingKey, TokenError>> {
        Box::pin(async move {
            let Some(http) = &self.http else {
                return Err(TokenError::Invalid);
            };
            let _one_at_a_time = self.refresh.lock().await;
            if let Some(key) = self.known(kid) {
                return Ok(key);
            }
            let (fetched_at, knows_some) = {
                let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
                (keys.fetched_at, !keys.by_id.is_empty())
            };
            if knows_some && fetched_at.is_some_and(|at| at.elapsed() < MIN_FETCH_INTERVAL) {
                return Err(TokenError::Invalid);
            }
            let answer = http
                .get(&self.settings.jwks_url)
                .send()
                .await
                .and_then(reqwest::Response::error_for_status);
            let set: Result<JwkSet, _> = match answer {
                Ok(response) => response.json().await,
                Err(error) => Err(error),
            };
            match set {
                Ok(set) => self.learn(&set),
                Err(error) => {
                    tracing::warn!(error.timeout = error.is_timeout(), error.status = ?error.status(), "auth's keys cannot be read");
                    return Err(TokenError::KeysUnavailable);
                }
            }
            self.known(kid).ok_or(TokenError::Invalid)
        })
    }
}
