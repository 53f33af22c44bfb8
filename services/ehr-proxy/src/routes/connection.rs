//! An organization's connection to its EHR.

use crate::{
    AppState,
    actions::set_connection::{self, SetConnection},
    domain,
};
use actix_web::{HttpResponse, get, put, web::Data};
use garde::Validate;
use mc_access::{Authorized, Operation};
use mc_chassis::http::{Body, Problem};
use mc_contracts::Interaction;
use mc_vocabulary::{ConnectionId, Permission, problem};
use serde::{Deserialize, Serialize};
use url::Url;

const CONNECTION_FORBIDDEN_DETAIL: &str = "Only an administrator of the organization manages its connections.";

/// Sets the connection.
pub struct PutConnection;

impl Operation for PutConnection {
    const ACTION: &str = "ehr.connection.set";
    const INTERACTION: Interaction = Interaction::Update;
    const PERMISSION: Option<Permission> = Some(Permission::IntegrationManage);
    const FORBIDDEN_DETAIL: &str = CONNECTION_FORBIDDEN_DETAIL;
}

/// Reads the connection.
pub struct GetConnection;

impl Operation for GetConnection {
    const ACTION: &str = "ehr.connection.read";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::IntegrationManage);
    const FORBIDDEN_DETAIL: &str = CONNECTION_FORBIDDEN_DETAIL;
}

/// How we authenticate to an EHR.
#[derive(Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionKind {
    /// SMART Backend Services: `private_key_jwt`, ES384 or RS384.
    SmartBackendServices,
}

/// The requested connection.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectionRequest {
    #[garde(skip)]
    kind: ConnectionKind,
    /// Base URL of its FHIR R4 API; https.
    #[garde(custom(is_base_url))]
    #[schema(format = "uri", min_length = 8, max_length = 500)]
    base_url: String,
    /// Secret in the secrets manager with `client_id`, `private_key_pem` and `kid`; its name begins
    /// with `ehr-`. Its fields `organizations`, `base_url`, `token_origin` and `scopes` state where
    /// the operator lets it be used; the connection must be inside of them.
    #[garde(custom(is_secret_name))]
    #[schema(pattern = "^ehr-[a-z0-9-]{1,60}$")]
    secret_name: String,
    /// SMART scopes, separated by spaces.
    #[garde(custom(is_scope))]
    #[schema(
        min_length = 1,
        max_length = 1000,
        example = "system/Patient.rs system/Encounter.rus"
    )]
    scope: String,
}

/// The current connection. Credentials are never returned.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ConnectionShown {
    connection_id: ConnectionId,
    kind: ConnectionKind,
    base_url: String,
    secret_name: String,
    scope: String,
    /// Incremented by each change.
    revision: i64,
}

impl From<domain::Connection> for ConnectionShown {
    fn from(connection: domain::Connection) -> Self {
        let domain::ConnectionKind::SmartBackendServices = connection.kind;
        Self {
            connection_id: connection.id,
            kind: ConnectionKind::SmartBackendServices,
            base_url: connection.base_url.into(),
            secret_name: connection.secret_name,
            scope: connection.scope,
            revision: connection.revision,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that garde requires")]
fn is_base_url(text: &str, (): &()) -> garde::Result {
    let plain = |url: &Url| {
        url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    };
    let url = Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "https" | "http") && plain(url));
    if text.len() <= 500 && url.is_some_and(|url| url.as_str().len() <= 500) {
        Ok(())
    } else {
        Err(garde::Error::new(
            "expected an https address without credentials and query, at most 500 characters",
        ))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that garde requires")]
fn is_secret_name(text: &str, (): &()) -> garde::Result {
    let rest = text.strip_prefix("ehr-").unwrap_or_default();
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if (1..=60).contains(&rest.len()) && rest.bytes().all(allowed) {
        Ok(())
    } else {
        Err(garde::Error::new(
            "expected ehr- and 1 to 60 lower case letters, digits and hyphens",
        ))
    }
}

/// RFC 6749 section 3.3.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that garde requires")]
fn is_scope(text: &str, (): &()) -> garde::Result {
    let allowed = |b: u8| b.is_ascii_graphic() && b != b'"' && b != b'\\';
    let tokens = !text.is_empty()
        && text
            .split(' ')
            .all(|token| !token.is_empty() && token.bytes().all(allowed));
    if tokens && text.len() <= 1000 {
        Ok(())
    } else {
        Err(garde::Error::new("expected scopes separated by single spaces"))
    }
}

/// Sets the connection of the caller's organization; the same connection again changes nothing.
#[utoipa::path(tag = "connection", request_body = ConnectionRequest, responses(
    (status = 200, description = "The connection", body = ConnectionShown),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Not an administrator", body = Problem),
    (status = 409, description = "The secret belongs to another connection", body = Problem),
    (status = 413, description = "The body is too long", body = Problem),
    (status = 415, description = "The body is not JSON", body = Problem),
    (status = 422, description = "A field is invalid, the secret lacks a field, or the connection is outside of the secret's bounds", body = Problem),
    (status = 503, description = "A component is unavailable", body = Problem),
))]
#[put("/connection")]
pub async fn put_connection(
    state: Data<AppState>,
    context: Authorized<PutConnection>,
    body: Body<ConnectionRequest>,
) -> Result<HttpResponse, Problem> {
    let ConnectionRequest {
        kind: ConnectionKind::SmartBackendServices,
        base_url,
        secret_name,
        scope,
    } = body.value;
    let base_url = Url::parse(&base_url)
        .map_err(|_| Problem::new(problem::UNPROCESSABLE).at("/base_url", "expected an address"))?;
    let command = SetConnection {
        kind: domain::ConnectionKind::SmartBackendServices,
        base_url,
        secret_name,
        scope,
    };
    let connection = set_connection::execute(&context, &state, command).await?;
    Ok(HttpResponse::Ok().json(ConnectionShown::from(connection)))
}

/// The connection of the caller's organization.
#[utoipa::path(tag = "connection", responses(
    (status = 200, description = "The connection", body = ConnectionShown),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Not an administrator", body = Problem),
    (status = 404, description = "No connection is set", body = Problem),
    (status = 503, description = "A component is unavailable", body = Problem),
))]
#[get("/connection")]
pub async fn get_connection(
    state: Data<AppState>,
    context: Authorized<GetConnection>,
) -> Result<HttpResponse, Problem> {
    let connection = crate::actions::get_connection::execute(&context, &state)
        .await?
        .ok_or_else(|| Problem::new(problem::NOT_FOUND))?;
    Ok(HttpResponse::Ok().json(ConnectionShown::from(connection)))
}
