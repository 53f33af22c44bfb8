//! The services: their liveness, components and evidence, and how they refuse invalid tokens.

use super::Cached;
use crate::{
    config::SurveySettings,
    domain::{Finding, Part, Parts, ServiceStatus, Unreachable, service},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use futures_util::future::join_all;
use mc_chassis::{health::Evidence, lifecycle::Lifecycle, telemetry};
use mc_vocabulary::Clock;
use reqwest::{Client, RequestBuilder, redirect};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
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
    name: String,
    base: Url,
    last: watch::Sender<Option<LastParts>>,
    fetching: AtomicBool,
    document: Cached<Option<Arc<Value>>>,
}

#[derive(Clone)]
struct LastParts {
    parts: Option<Vec<Part>>,
    at: Instant,
}

/// How a service answers callers without a valid token.
pub struct Refusals {
    pub service: String,
    /// Status without a token; None where it did not answer.
    pub without_token: Option<u16>,
    /// Status with a forged token.
    pub with_forged: Option<u16>,
}

impl Services {
    /// Clients of all services: base addresses by schema.
    ///
    /// # Errors
    /// Where the HTTP client cannot be made.
    pub fn new(
        addresses: BTreeMap<String, Url>,
        timing: SurveySettings,
        lifecycle: Lifecycle,
        clock: Clock,
    ) -> Result<Self, reqwest::Error> {
        let http = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(timing.liveness_timeout())
            .build()?;
        let client = |(schema, base): (String, Url)| {
            Arc::new(ServiceClient {
                name: service_name(&schema),
                base,
                last: watch::channel(None).0,
                fetching: AtomicBool::new(false),
                document: Cached::new(Duration::from_millis(timing.keep_documents_ms)),
            })
        };
        Ok(Self {
            http,
            clients: addresses.into_iter().map(client).collect(),
            timing,
            lifecycle,
            clock,
        })
    }

    /// The names of all services.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.clients.iter().map(|client| client.name.as_str())
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
            service: client.name.clone(),
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
    pub async fn evidence(&self) -> Vec<(String, Option<Vec<Finding>>)> {
        let fetch = |client: &Arc<ServiceClient>| {
            let (service, request) = (client.name.clone(), self.get(client, "/internal/evidence"));
            let request = request.timeout(self.timing.parts_deadline());
            async move { (service, read(request).await) }
        };
        join_all(self.clients.iter().map(fetch)).await
    }

    /// The responses of a protected route without a token and with a forged one.
    pub async fn refusals(&self) -> Vec<Refusals> {
        let forged = self.forged_token().await;
        let fetch = |client: &Arc<ServiceClient>| {
            let (client, forged) = (Arc::clone(client), forged.clone());
            async move {
                let document = self.document_of(&client).await;
                let path = document.as_deref().and_then(protected_path);
                let request = |path: &str| self.get(&client, path).timeout(self.timing.liveness_timeout());
                let (without_token, with_forged) = match &path {
                    Some(path) => tokio::join!(status(request(path)), status(request(path).bearer_auth(&forged))),
                    None => (None, None),
                };
                Refusals {
                    service: client.name.clone(),
                    without_token,
                    with_forged,
                }
            }
        };
        join_all(self.clients.iter().map(fetch)).await
    }

    /// The best possible forgery: valid claims, the id of a key in use, and an invalid signature.
    async fn forged_token(&self) -> String {
        let auth = self.clients.iter().find(|client| client.name == service::AUTH);
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

    /// The OpenAPI document of a service; None where it does not answer in time.
    pub async fn document(&self, name: &str) -> Option<Arc<Value>> {
        let client = self.clients.iter().find(|client| client.name == name)?;
        self.document_of(client).await
    }

    async fn document_of(&self, client: &ServiceClient) -> Option<Arc<Value>> {
        let path = format!("/api/v1/{}/openapi.json", client.name);
        let request = self.get(client, &path).timeout(self.timing.parts_deadline());
        let document = client
            .document
            .get_if(Option::is_some, || async { read(request).await.map(Arc::new) });
        document.await.as_ref().clone()
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

/// The name of the service that owns `schema`.
pub fn service_name(schema: &str) -> String {
    schema.replace('_', "-")
}

/// A GET operation of the document that requires an access token, with an id where its path has a
/// parameter: tokens are verified before parameters.
fn protected_path(document: &Value) -> Option<String> {
    let paths = document["paths"].as_object()?;
    let (path, _) = paths
        .iter()
        .find(|(_, item)| item["get"].is_object() && !item["get"]["security"].is_array())?;
    let segments = path.split('/').map(|segment| {
        if segment.starts_with('{') {
            "01890a5d-ac96-774b-bcce-b302099a8057"
        } else {
            segment
        }
    });
    Some(segments.collect::<Vec<_>>().join("/"))
}

async fn status(request: RequestBuilder) -> Option<u16> {
    request.send().await.ok().map(|answer| answer.status().as_u16())
}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Option<T> {
    let answer = request.send().await.ok()?.error_for_status().ok()?;
    answer.json().await.ok()
}
