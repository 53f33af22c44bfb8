//! The services, asked as the platform asks them: liveness, components, evidence; and as a stranger would.

use crate::{
    config::{ServicesSettings, SurveySettings},
    domain::{Finding, Part, Parts, Service, Sighting, Silence},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use futures_util::future::join_all;
use mc_chassis::{lifecycle::Lifecycle, telemetry};
use mc_vocabulary::Clock;
use reqwest::{Client, RequestBuilder, redirect};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::watch;
use url::Url;

/// Asks the services.
pub struct Services {
    http: Client,
    posts: Vec<Arc<Post>>,
    timing: SurveySettings,
    lifecycle: Lifecycle,
    clock: Clock,
}

/// One service, and what it last said of its parts.
struct Post {
    service: Service,
    base: Url,
    said: watch::Sender<Option<Said>>,
    asking: AtomicBool,
}

#[derive(Clone)]
struct Said {
    parts: Option<Vec<Part>>,
    at: Instant,
}

/// How a service answers somebody who may not ask.
pub struct Refusals {
    /// Who.
    pub service: Service,
    /// Status without a token; None where it did not answer.
    pub without_token: Option<u16>,
    /// Status with a forged token.
    pub with_forged: Option<u16>,
}

impl Services {
    /// Nothing is asked yet.
    ///
    /// # Errors
    /// Where the HTTP client cannot be made.
    pub fn new(
        settings: &ServicesSettings,
        timing: SurveySettings,
        lifecycle: Lifecycle,
        clock: Clock,
    ) -> Result<Self, reqwest::Error> {
        let http = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(timing.liveness_timeout())
            .build()?;
        let base = |service| match service {
            Service::Auth => &settings.auth,
            Service::Billing => &settings.billing,
            Service::EhrProxy => &settings.ehr_proxy,
            Service::Eligibility => &settings.eligibility,
            Service::Audit => &settings.audit,
        };
        let post = |service| {
            Arc::new(Post {
                service,
                base: base(service).clone(),
                said: watch::channel(None).0,
                asking: AtomicBool::new(false),
            })
        };
        Ok(Self {
            http,
            posts: Service::ALL.into_iter().map(post).collect(),
            timing,
            lifecycle,
            clock,
        })
    }

    /// Every service at once.
    pub async fn look(&self) -> Vec<Sighting> {
        join_all(self.posts.iter().map(|post| self.look_at(post))).await
    }

    async fn look_at(&self, post: &Arc<Post>) -> Sighting {
        let alive = self.liveness(post).await;
        let parts = match alive {
            Ok(()) => self.parts(post).await,
            Err(_) => None,
        };
        Sighting {
            service: post.service,
            alive,
            parts,
            seen_at: self.clock.now(),
        }
    }

    async fn liveness(&self, post: &Post) -> Result<(), Silence> {
        let request = self
            .get(post, "/health/liveness")
            .timeout(self.timing.liveness_timeout());
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(Silence::Unwell(answer.status().as_u16())),
            Err(error) if error.is_timeout() => Err(Silence::TimedOut),
            Err(_) => Err(Silence::Refused),
        }
    }

    /// What the service says of its parts. A service whose database is away takes seconds to say so: the question goes on
    /// behind the answer, which then shows what was said before, and the next answer shows what was said now.
    async fn parts(&self, post: &Arc<Post>) -> Option<Parts> {
        let mut said = post.said.subscribe();
        if !post.asking.swap(true, Ordering::AcqRel) {
            let (post, stopping) = (Arc::clone(post), self.lifecycle.stopping());
            let request = self
                .get(&post, "/internal/components")
                .timeout(self.timing.parts_timeout());
            self.lifecycle.spawn("components", async move {
                let at = Instant::now();
                let parts = tokio::select! {
                    parts = read::<Vec<Part>>(request) => parts,
                    () = stopping.cancelled() => None,
                };
                post.asking.store(false, Ordering::Release);
                post.said.send_replace(Some(Said { parts, at }));
            });
        }
        let waited = tokio::time::timeout(self.timing.parts_patience(), said.changed()).await;
        let late = !matches!(waited, Ok(Ok(())));
        let last = said.borrow_and_update().clone()?;
        // What was said before a long silence says nothing about now.
        let usable = !late || last.at.elapsed() < self.timing.parts_timeout() + Duration::from_secs(3);
        last.parts.filter(|_| usable).map(|list| Parts { list, late })
    }

    /// What each service measures of the policies; None where it does not say.
    pub async fn evidence(&self) -> Vec<(Service, Option<Vec<Finding>>)> {
        let ask = |post: &Arc<Post>| {
            let (service, request) = (post.service, self.get(post, "/internal/evidence"));
            let request = request.timeout(self.timing.parts_patience());
            async move { (service, read(request).await) }
        };
        join_all(self.posts.iter().map(ask)).await
    }

    /// How each service answers a protected route without a token and with a forged one.
    pub async fn refusals(&self) -> Vec<Refusals> {
        let forged = self.forged_token().await;
        let ask = |post: &Arc<Post>| {
            let request = || {
                let path = post.service.protected_path();
                self.get(post, path).timeout(self.timing.liveness_timeout())
            };
            let (without, with) = (request(), request().bearer_auth(&forged));
            let service = post.service;
            async move {
                let (without_token, with_forged) = tokio::join!(status(without), status(with));
                Refusals {
                    service,
                    without_token,
                    with_forged,
                }
            }
        };
        join_all(self.posts.iter().map(ask)).await
    }

    /// As good as a forger can make it: the right claims under the id of a key in use, with a signature of nobody.
    async fn forged_token(&self) -> String {
        let auth = self.posts.iter().find(|post| post.service == Service::Auth);
        let keys: Option<Value> = match auth {
            Some(auth) => {
                let request = self.get(auth, "/api/v1/auth/jwks.json");
                read(request.timeout(self.timing.liveness_timeout())).await
            }
            None => None,
        };
        let kid = keys.as_ref().and_then(|keys| keys["keys"][0]["kid"].as_str());
        let now = self.clock.now().timestamp();
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": kid.unwrap_or("unknown") });
        let claims = json!({
            "iss": "https://medconnect.dev/auth", "aud": "medconnect", "sub": "01890a5d-ac96-774b-bcce-b302099a8057",
            "org": "01890a5d-ac96-774b-bcce-b302099a8057", "iat": now, "exp": now + 60, "jti": "forged",
            "roles": ["admin", "doctor", "compliance"], "permissions": [],
        });
        let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signature = BASE64_URL_SAFE_NO_PAD.encode([0x5a; 64]);
        format!("{}.{}.{signature}", part(header), part(claims))
    }

    fn get(&self, post: &Post, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", post.base.as_str().trim_end_matches('/'));
        let request = self.http.get(url);
        telemetry::trace_headers()
            .into_iter()
            .fold(request, |request, (name, value)| request.header(name, value))
    }
}

async fn status(request: RequestBuilder) -> Option<u16> {
    request.send().await.ok().map(|answer| answer.status().as_u16())
}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Option<T> {
    let answer = request.send().await.ok()?.error_for_status().ok()?;
    answer.json().await.ok()
}
