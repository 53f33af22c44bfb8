//! Who may call each route: one table per service, exercised with every kind of caller.

use crate::{Caller, ServiceUnderTest, TokenIssuer};
use mc_chassis::http::{Routes, document};
use mc_vocabulary::{OrganizationId, Role};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Who may call a route.
#[derive(Clone, Copy)]
enum Callers {
    /// Anyone, without an access token.
    Public,
    /// Every role.
    Everybody,
    /// These roles; all others are refused with 403, and the refusal is audited.
    Roles(&'static [Role]),
}

/// One route of the table, with a request that is valid except for its caller.
pub struct Route {
    method: Method,
    path: String,
    target: String,
    callers: Callers,
    success: Option<u16>,
    exceptions: Vec<(Role, u16)>,
    other_organization: u16,
    headers: Vec<(&'static str, String)>,
    body: Option<Box<dyn Fn() -> Value>>,
}

impl Route {
    /// A GET of `path`, written as in the OpenAPI document.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// A POST of `path`.
    pub fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    /// A PUT of `path`.
    pub fn put(path: impl Into<String>) -> Self {
        Self::new(Method::PUT, path)
    }

    /// A PATCH of `path`.
    pub fn patch(path: impl Into<String>) -> Self {
        Self::new(Method::PATCH, path)
    }

    /// A DELETE of `path`.
    pub fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    fn new(method: Method, path: impl Into<String>) -> Self {
        let path = path.into();
        Self {
            method,
            target: path.clone(),
            path,
            callers: Callers::Everybody,
            success: None,
            exceptions: Vec::new(),
            other_organization: 404,
            headers: Vec::new(),
            body: None,
        }
    }

    /// Needs no access token.
    pub fn public(mut self) -> Self {
        self.callers = Callers::Public;
        self
    }

    /// Only these roles may call it; without this call every role may.
    pub fn roles(mut self, roles: &'static [Role]) -> Self {
        self.callers = Callers::Roles(roles);
        self
    }

    /// The exact status for everyone who may call it. Default: any but 401, 403 and 5xx.
    pub fn success(mut self, status: u16) -> Self {
        self.success = Some(status);
        self
    }

    /// The status for `role`, if it is neither success nor 403.
    pub fn answers(mut self, role: Role, status: u16) -> Self {
        self.exceptions.push((role, status));
        self
    }

    /// The status for a caller of another organization. Default: 404.
    pub fn other_organization(mut self, status: u16) -> Self {
        self.other_organization = status;
        self
    }

    /// Replaces the parameter `{name}` of the path.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.target = self.target.replace(&format!("{{{name}}}"), value);
        self
    }

    /// Adds a query string, without its question mark.
    pub fn query(mut self, query: &str) -> Self {
        self.target = format!("{}?{query}", self.target);
        self
    }

    /// Sends a header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sends a JSON body.
    pub fn json(self, body: Value) -> Self {
        self.json_each(move || body.clone())
    }

    /// Sends a JSON body that is made anew for each call, where the same one twice is a conflict.
    pub fn json_each(mut self, body: impl Fn() -> Value + 'static) -> Self {
        self.body = Some(Box::new(body));
        self
    }

    /// Method and path, as in the OpenAPI document.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The request without an access token, and with a new idempotency key. For checks of a service
    /// that go beyond [`check`].
    pub fn request(&self, http: &reqwest::Client, base: &str) -> RequestBuilder {
        let mut request = http
            .request(self.method.clone(), format!("{base}{}", self.target))
            .header("Idempotency-Key", uuid::Uuid::now_v7().to_string());
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        match &self.body {
            Some(body) => request.json(&body()),
            None => request,
        }
    }

    /// The request with everything invalid: ids, query, body, and no idempotency key.
    fn invalid_request(&self, http: &reqwest::Client, base: &str) -> RequestBuilder {
        // Longer than any id, and of characters that the paths with a pattern accept.
        let invalid_id = "a".repeat(65);
        let segments = self.path.split('/');
        let segments = segments.map(|segment| if segment.starts_with('{') { &invalid_id } else { segment });
        let path = segments.collect::<Vec<_>>().join("/");
        http.request(self.method.clone(), format!("{base}{path}?not_a_parameter=1"))
            .header("Content-Type", "application/json")
            .body("[")
    }

    /// The first role that may call it.
    fn allowed_role(&self) -> Role {
        match self.callers {
            Callers::Roles(roles) => roles[0],
            Callers::Public | Callers::Everybody => Role::Admin,
        }
    }

    fn refuses(&self, role: Role) -> bool {
        matches!(self.callers, Callers::Roles(roles) if !roles.contains(&role))
    }

    fn assert_success(&self, status: u16, caller: &str) {
        let expected = match self.success {
            Some(success) => status == success,
            None => !matches!(status, 401 | 403) && status < 500,
        };
        assert!(expected, "{} {caller}: {status}", self.name());
    }
}

/// Calls every route of `table` without a token, with forged and expired tokens, as every role and
/// from another organization, which has nothing yet. Of a response only the status is read.
///
/// # Panics
/// If a route responds otherwise than the table states, or a refusal is not audited.
pub async fn check(service: &ServiceUnderTest, table: &[Route]) {
    check_with(service, table, &|role| service.token(role), &|role| {
        stranger(service, role)
    })
    .await;
}

/// The same with these tokens for each role, of the test's organization and of another one.
///
/// # Panics
/// As [`check`].
pub async fn check_with(
    service: &ServiceUnderTest,
    table: &[Route],
    token: &dyn Fn(Role) -> String,
    other_organization: &dyn Fn(Role) -> String,
) {
    let http = reqwest::Client::builder().build().unwrap();
    for route in table {
        let request = || route.request(&http, &service.base);
        if let Callers::Public = route.callers {
            route.assert_success(status(request()).await, "without a token");
            continue;
        }
        let name = route.name();
        let somebody = service.caller(Role::Admin);
        assert_eq!(status(request()).await, 401, "{name} without a token");
        for (what, token) in [
            ("a malformed token", "a.b.c".to_owned()),
            ("a token of another issuer", TokenIssuer::new().token(&somebody)),
            ("an expired token", service.issuer.expired(&somebody)),
        ] {
            assert_eq!(status(request().bearer_auth(token)).await, 401, "{name} with {what}");
        }
        for role in Role::ALL {
            check_role(service, &http, route, *role, &token(*role)).await;
        }
        let denied = service.count_denied().await;
        let stranger = other_organization(route.allowed_role());
        let status = status(request().bearer_auth(stranger)).await;
        assert_eq!(status, route.other_organization, "{name} from another organization");
        let recorded = service.count_denied().await - denied;
        assert!(
            status != 403 || recorded == 1,
            "records of the refusal of another organization: {name}"
        );
    }
}

async fn check_role(service: &ServiceUnderTest, http: &reqwest::Client, route: &Route, role: Role, token: &str) {
    let name = format!("{} as {role}", route.name());
    let denied = service.count_denied().await;
    let got = status(route.request(http, &service.base).bearer_auth(token)).await;
    if let Some((_, expected)) = route.exceptions.iter().find(|(exception, _)| *exception == role) {
        assert_eq!(got, *expected, "{name}");
    } else if route.refuses(role) {
        assert_eq!(got, 403, "{name}");
        let recorded = service.count_denied().await - denied;
        assert_eq!(recorded, 1, "records of the refusal of {name}");
        let got = status(route.invalid_request(http, &service.base).bearer_auth(token)).await;
        assert_eq!(got, 403, "{name} with invalid input");
        let recorded = service.count_denied().await - denied;
        assert_eq!(recorded, 2, "records of the refusals of {name}");
    } else {
        route.assert_success(got, &format!("as {role}"));
    }
}

/// Calls every route of `table` from another organization, and searches the responses for words
/// that only the test's organization may read. Endless responses are not read.
///
/// # Panics
/// If a response contains one of the words.
pub async fn check_isolation(service: &ServiceUnderTest, table: &[Route], words: &[&str]) {
    let http = reqwest::Client::builder().build().unwrap();
    for route in table {
        let request = route.request(&http, &service.base);
        let stranger = stranger(service, route.allowed_role());
        let response = request.bearer_auth(stranger).send().await.unwrap();
        let media_type = response.headers().get("Content-Type");
        if media_type.is_some_and(|value| value == "text/event-stream") {
            continue;
        }
        let bytes = response.bytes().await.unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for word in words {
            assert!(!text.contains(word), "{}: {word} is in {text}", route.name());
        }
    }
}

/// A token of a new organization.
fn stranger(service: &ServiceUnderTest, role: Role) -> String {
    service.issuer.token(&Caller::new(OrganizationId::new(), role))
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

/// Compares `table` with the OpenAPI document: the same routes, those without a token marked as
/// such, and the refusals documented.
///
/// # Panics
/// If they differ.
pub fn compare_with_document(about: (&'static str, &'static str), routes: fn(&mut Routes), table: &[Route]) {
    let document = serde_json::to_value(document(about, routes)).unwrap();
    let documented: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let tested: BTreeSet<String> = table.iter().map(Route::name).collect();
    assert_eq!(tested, documented, "the access table and the OpenAPI document differ");
    for route in table {
        let operation = &document["paths"][&route.path][route.method.as_str().to_lowercase()];
        let public = operation["security"] == json!([{}]);
        assert_eq!(
            public,
            matches!(route.callers, Callers::Public),
            "{}: security of the document",
            route.name()
        );
        let refuses = matches!(route.callers, Callers::Roles(_));
        for (status, expected) in [("401", !public), ("403", refuses)] {
            let present = operation["responses"].get(status).is_some();
            assert!(present || !expected, "{}: {status} is not documented", route.name());
        }
    }
}
