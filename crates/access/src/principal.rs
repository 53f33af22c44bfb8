//! The authenticated caller of a request.

use crate::verifier::{TokenError, Verifier};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use mc_chassis::http::Problem;
use mc_vocabulary::{ClientId, OrganizationId, PatientId, Permission, Role, SessionId, UserId, problem};
use serde::{Deserialize, Serialize};
use std::{future::Future, pin::Pin};

/// Claims of an access token (RFC 7519 section 4, and private claims).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// Issuer.
    pub iss: String,
    /// Audience.
    pub aud: String,
    /// User or client id.
    pub sub: String,
    /// Expiry, in seconds since 1970.
    pub exp: i64,
    /// Time of issue, in seconds since 1970.
    pub iat: i64,
    /// Id of this token.
    pub jti: String,
    /// Organization of the caller.
    pub org: OrganizationId,
    /// Roles of the caller.
    pub roles: Vec<Role>,
    /// Permissions that follow from the roles, for readers of the token; decisions use the roles.
    pub permissions: Vec<Permission>,
    /// Session; None for machines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<SessionId>,
    /// Device named at sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
    /// For role patient: the caller's own patient id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient_id: Option<PatientId>,
    /// True for a machine.
    #[serde(default)]
    pub client: bool,
}

/// The caller, authenticated by an access token. As an extractor it responds with 401 by itself.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The caller's organization (tenant): only its rows are visible.
    pub organization_id: OrganizationId,
    /// User id, or client id for a machine, as text.
    pub subject: String,
    /// Roles of the caller.
    pub roles: Vec<Role>,
    /// Session; None for machines.
    pub session_id: Option<SessionId>,
    /// Device named at sign-in.
    pub device_id: Option<String>,
    /// For role patient: the caller's own patient id.
    pub patient_id: Option<PatientId>,
    /// Whether it is a machine.
    pub is_client: bool,
}

impl Principal {
    /// The user's id; None for a machine.
    pub fn user_id(&self) -> Option<UserId> {
        (!self.is_client).then(|| self.subject.parse().ok()).flatten()
    }

    /// The machine's id; None for a person.
    pub fn client_id(&self) -> Option<ClientId> {
        self.is_client.then(|| self.subject.parse().ok()).flatten()
    }

    /// Whether the caller has `role`.
    pub fn has_role(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether one of the caller's roles grants `permission`.
    pub fn may(&self, permission: Permission) -> bool {
        self.roles.iter().any(|role| role.permissions().contains(&permission))
    }

    /// Whether `patient_id` is the caller's own patient id.
    pub fn is_self(&self, patient_id: &PatientId) -> bool {
        self.has_role(Role::Patient) && self.patient_id.as_ref() == Some(patient_id)
    }
}

impl From<Claims> for Principal {
    fn from(claims: Claims) -> Self {
        Self {
            organization_id: claims.org,
            subject: claims.sub,
            roles: claims.roles,
            session_id: claims.sid,
            device_id: claims.device_id,
            patient_id: claims.patient_id,
            is_client: claims.client,
        }
    }
}

impl FromRequest for Principal {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let verifier = request.app_data::<Data<Verifier>>().cloned();
        let token = request
            .headers()
            .get("Authorization")
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim().to_owned());
        Box::pin(async move {
            let (Some(verifier), Some(token)) = (verifier, token) else {
                return Err(Problem::new(problem::UNAUTHENTICATED));
            };
            verifier.verify(&token).await.map(Self::from).map_err(Problem::from)
        })
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Expired => {
                Problem::new(problem::UNAUTHENTICATED).detail("The access token has expired; refresh it.")
            }
            TokenError::SessionEnded => {
                Problem::new(problem::UNAUTHENTICATED).detail("This session has ended; sign in again.")
            }
            TokenError::Invalid => Problem::new(problem::UNAUTHENTICATED),
            TokenError::KeysUnavailable => Problem::unavailable("The keys that verify access tokens are unavailable."),
        }
    }
}
