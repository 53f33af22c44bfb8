//! The services: their liveness, components and evidence, and how they refuse invalid tokens.

use crate::{
    config::{ServicesSettings, SurveySettings},
    domain::{Finding, Part, Parts, Service, ServiceStatus, Unreachable},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use futures_util::future::join_all;
use mc_chassis::{health::Evidence, lifecycle::Lifecycle, telemetry};
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

/// Checks the services.
pub struct Services {
    http: Client,
    clients: Vec<Arc<ServiceClient>>,
    timing: SurveySettings,
    lifecycle: Lifecycle,
    clock: Clock,
}

/// One service, and the components that it last reported.
struct ServiceClient {
    service: Service,
    base: Url,
    last: watch::Sender<Option<LastParts>>,
    fetching: AtomicBool,
}

#[derive(Clone)]
struct LastParts {
    parts: Option<Vec<Part>>,
    at: Instant,
}

/// How a service answers callers without a valid token.
pub struct Refusals {
    pub service: Service,
    /// Status without a token; None where it did not answer.
    pub without_token: Option<u16>,
    /// Status with a forged token.
    pub with_forged: Option<u16>,
}

impl Services {
    /// Clients of all services.
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
        let client = |(service, base): (Service, &Url)| {
            Arc::new(ServiceClient {
                service,
                base: base.clone(),
                last: watch::channel(None).0,
                fetching: AtomicBool::new(false),
            })
        };
        Ok(Self {
            http,
            clients: settings.list().into_iter().map(client).collect(),
            timing,
            lifecycle,
            clock,
        })
    }

    /// All services concurrently.
    pub async fn check(&self) -> Vec<ServiceStatus> {
        join_all(self.clients.iter().map(|client| self.check_one(client))).await
    }

    async fn check_one(&self, client: &Arc<ServiceClient>) -> ServiceStatus {
        let alive = self.liveness(client).await;
        let parts = match alive {
            Ok(()) => self.parts(client).await,
            Err(_) => None,
        };
        ServiceStatus {
            service: client.service,
            alive,
            parts,
            seen_at: self.clock.now(),
        }
    }

    async fn liveness(&self, client: &ServiceClient) -> Result<(), Unreachable> {
        let request = self
            .get(client, "/health/liveness")
            .timeout(self.timing.liveness_timeout());
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(Unreachable::NotAlive(answer.status().as_u16())),
            Err(error) if error.is_timeout() => Err(Unreachable::TimedOut),
            Err(_) => Err(Unreachable::Refused),
        }
    }

    /// The service's components. A service whose database is not available takes seconds to report
    /// them: the request then continues in the background, this response uses the last report and
    /// the next one the new report.
    async fn parts(&self, client: &Arc<ServiceClient>) -> Option<Parts> {
        let mut last = client.last.subscribe();
        if !client.fetching.swap(true, Ordering::AcqRel) {
            let (client, stopping) = (Arc::clone(client), self.lifecycle.stopping());
            let request = self
                .get(&client, "/internal/components")
                .timeout(self.timing.parts_timeout());
            self.lifecycle.spawn("components", async move {
                let at = Instant::now();
                let parts = tokio::select! {
                    parts = read::<Vec<Part>>(request) => parts,
                    () = stopping.cancelled() => None,
                };
                client.fetching.store(false, Ordering::Release);
                client.last.send_replace(Some(LastParts { parts, at }));
            });
        }
        let waited = tokio::time::timeout(self.timing.parts_deadline(), last.changed()).await;
        let late = !matches!(waited, Ok(Ok(())));
        let last = last.borrow_and_update().clone()?;
        // A report from before a long outage does not describe the present.
        let usable = !late || last.at.elapsed() < self.timing.parts_timeout() + Duration::from_secs(3);
        last.parts.filter(|_| usable).map(|list| Parts { list, late })
    }

    /// Each service's evidence; None where it does not report any.
    pub async fn evidence(&self) -> Vec<(Service, Option<Vec<Finding>>)> {
        let fetch = |client: &Arc<ServiceClient>| {
            let (service, request) = (client.service, self.get(client, "/internal/evidence"));
            let request = request.timeout(self.timing.parts_deadline());
            async move { (service, read(request).await) }
        };
        join_all(self.clients.iter().map(fetch)).await
    }

    /// The responses of a protected route without a token and with a forged one.
    pub async fn refusals(&self) -> Vec<Refusals> {
        let forged = self.forged_token().await;
        let fetch = |client: &Arc<ServiceClient>| {
            let request = || {
                let path = client.service.protected_path();
                self.get(client, path).timeout(self.timing.liveness_timeout())
            };
            let (without, with) = (request(), request().bearer_auth(&forged));
            let service = client.service;
            async move {
                let (without_token, with_forged) = tokio::join!(status(without), status(with));
                Refusals {
                    service,
                    without_token,
                    with_forged,
                }
            }
        };
        join_all(self.clients.iter().map(fetch)).await
    }

    /// The best possible forgery: valid claims, the id of a key in use, and an invalid signature.
    async fn forged_token(&self) -> String {
        let auth = self.clients.iter().find(|client| client.service == Service::Auth);
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

    /// The OpenAPI document of `service`; None where it does not answer in time.
    pub async fn document(&self, service: Service) -> Option<Value> {
        let client = self.clients.iter().find(|client| client.service == service)?;
        let path = format!("/api/v1/{}/openapi.json", service.name());
        read(self.get(client, &path).timeout(self.timing.parts_timeout())).await
    }

    fn get(&self, client: &ServiceClient, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", client.base.as_str().trim_end_matches('/'));
        let request = self.http.get(url);
        telemetry::trace_headers()
            .into_iter()
            .fold(request, |request, (name, value)| request.header(name, value))
    }
}

/// The console's own evidence.
impl From<Evidence> for Finding {
    fn from(evidence: Evidence) -> Self {
        Self {
            service: String::new(),
            control: evidence.control,
            holds: evidence.holds,
            found: evidence.found,
            method: evidence.method,
            checked_at: evidence.checked_at,
        }
    }
}

async fn status(request: RequestBuilder) -> Option<u16> {
    request.send().await.ok().map(|answer| answer.status().as_u16())
}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Option<T> {
    let answer = request.send().await.ok()?.error_for_status().ok()?;
    answer.json().await.ok()
}
