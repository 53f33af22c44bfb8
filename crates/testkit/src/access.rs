//! Who may call each route: one table per service, exercised with every kind of caller.

use crate::{Caller, ServiceUnderTest, TokenIssuer};
use mc_chassis::http::{Routes, document};
use mc_vocabulary::{OrganizationId, Role};
use reqwest::Method;
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
#[derive(Clone)]
pub struct Route {
    method: Method,
    path: &'static str,
    target: String,
    callers: Callers,
    exceptions: Vec<(Role, u16)>,
    other_organization: u16,
    headers: Vec<(&'static str, String)>,
    body: Option<Value>,
}

impl Route {
    /// A GET of `path`, written as in the OpenAPI document.
    pub fn get(path: &'static str) -> Self {
        Self::new(Method::GET, path)
    }

    /// A POST of `path`.
    pub fn post(path: &'static str) -> Self {
        Self::new(Method::POST, path)
    }

    /// A PUT of `path`.
    pub fn put(path: &'static str) -> Self {
        Self::new(Method::PUT, path)
    }

    /// A PATCH of `path`.
    pub fn patch(path: &'static str) -> Self {
        Self::new(Method::PATCH, path)
    }

    /// A DELETE of `path`.
    pub fn delete(path: &'static str) -> Self {
        Self::new(Method::DELETE, path)
    }

    fn new(method: Method, path: &'static str) -> Self {
        Self {
            method,
            path,
            target: path.to_owned(),
            callers: Callers::Everybody,
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
    pub fn json(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Calls the route with everything invalid: ids, query, body, and no idempotency key.
    async fn call_with_invalid_input(&self, http: &reqwest::Client, base: &str, token: &str) -> u16 {
        let request = http
            .request(self.method.clone(), format!("{base}{}?not_a_parameter=1", self.path))
            .header("Content-Type", "application/json")
            .bearer_auth(token)
            .body("[");
        request.send().await.unwrap().status().as_u16()
    }

    /// Calls the route, each time with a new idempotency key.
    async fn call(&self, http: &reqwest::Client, base: &str, token: Option<&str>) -> u16 {
        let mut request = http
            .request(self.method.clone(), format!("{base}{}", self.target))
            .header("Idempotency-Key", uuid::Uuid::now_v7().to_string());
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = &self.body {
            request = request.json(body);
        }
        request.send().await.unwrap().status().as_u16()
    }
}

/// Calls every route of `table` without a token, with forged and expired tokens, as every role and
/// from another organization.
///
/// # Panics
/// If a route responds otherwise than the table states, or a refusal is not audited.
pub async fn check(service: &ServiceUnderTest, table: &[Route]) {
    let other = OrganizationId::new();
    let other = |role| service.issuer.token(&Caller::new(other, role));
    check_with(service, table, &|role| service.token(role), &other).await;
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
        let name = route.name();
        let call = |token: Option<String>| {
            let (http, base) = (&http, &service.base);
            async move { route.call(http, base, token.as_deref()).await }
        };
        if let Callers::Public = route.callers {
            let status = call(None).await;
            assert!(
                !matches!(status, 401 | 403) && status < 500,
                "{name} without a token: {status}"
            );
            continue;
        }
        let somebody = service.caller(Role::Admin);
        let forged = TokenIssuer::new().token(&somebody);
        for (what, token) in [
            ("without a token", None),
            ("with a malformed token", Some("a.b.c".to_owned())),
            ("with a token of another issuer", Some(forged)),
            ("with an expired token", Some(service.issuer.expired(&somebody))),
        ] {
            assert_eq!(call(token).await, 401, "{name} {what}");
        }
        for role in Role::ALL {
            let denied = service.count_denied().await;
            let status = call(Some(token(*role))).await;
            let refused = matches!(route.callers, Callers::Roles(roles) if !roles.contains(role));
            match route.exceptions.iter().find(|(exception, _)| exception == role) {
                Some((_, expected)) => assert_eq!(status, *expected, "{name} as {role}"),
                None if refused => {
                    assert_eq!(status, 403, "{name} as {role}");
                    let recorded = service.count_denied().await - denied;
                    assert_eq!(recorded, 1, "records of the refusal of {name} as {role}");
                    let status = route.call_with_invalid_input(&http, &service.base, &token(*role)).await;
                    assert_eq!(status, 403, "{name} as {role} with invalid input");
                    let recorded = service.count_denied().await - denied;
                    assert_eq!(recorded, 2, "records of the refusals of {name} as {role}");
                }
                None => assert!(
                    !matches!(status, 401 | 403) && status < 500,
                    "{name} as {role}: {status}"
                ),
            }
        }
        let allowed = match route.callers {
            Callers::Roles(roles) => roles[0],
            _ => Role::Admin,
        };
        let status = call(Some(other_organization(allowed))).await;
        assert_eq!(status, route.other_organization, "{name} from another organization");
    }
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
        let operation = &document["paths"][route.path][route.method.as_str().to_lowercase()];
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
