//! The sign-in that goes on: who am I, is this token good, sign out.

use crate::{
    AppState,
    actions::{get_session::session_holds, sign_out::sign_out},
};
use actix_web::{HttpResponse, get, post, web::Data};
use garde::Validate;
use mc_access::{Principal, Verifier};
use mc_chassis::http::{Body, Origin, Problem};
use mc_vocabulary::{OrganizationId, PatientId, Permission, Role, SessionId, problem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A token to be looked at.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ValidateRequest {
    #[garde(length(bytes, min = 1, max = 8192))]
    #[schema(min_length = 1, max_length = 8192)]
    token: String,
}

/// What a token is worth.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Validation {
    /// Whether it would be believed now.
    valid: bool,
    /// Whose it is, where it is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    caller: Option<CallerContext>,
}

/// Who somebody is and what they may do.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CallerContext {
    /// User id, or client id of a machine.
    id: String,
    organization_id: OrganizationId,
    roles: Vec<Role>,
    permissions: Vec<Permission>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<SessionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patient_id: Option<PatientId>,
}

impl From<Principal> for CallerContext {
    fn from(caller: Principal) -> Self {
        let permissions: BTreeSet<_> = caller
            .roles
            .iter()
            .flat_map(|role| role.permissions())
            .copied()
            .collect();
        Self {
            id: caller.subject,
            organization_id: caller.organization_id,
            roles: caller.roles,
            permissions: permissions.into_iter().collect(),
            session_id: caller.session_id,
            device_id: caller.device_id,
            patient_id: caller.patient_id,
        }
    }
}

/// Ends the caller's sign-in.
#[utoipa::path(tag = "session", responses(
    (status = 204, description = "Ended"),
    (status = 401, description = "No valid token", body = Problem),
))]
#[post("/logout")]
pub async fn logout(state: Data<AppState>, caller: Principal, origin: Origin) -> Result<HttpResponse, Problem> {
    sign_out(&state, &caller, &origin).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Looks at a token of the caller's own organisation: would it be believed, and whose is it?
#[utoipa::path(tag = "session", request_body = ValidateRequest, responses(
    (status = 200, description = "What it is worth", body = Validation),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 401, description = "No valid token of one's own", body = Problem),
    (status = 422, description = "A field is wrong", body = Problem),
))]
#[post("/validate")]
pub async fn validate(
    state: Data<AppState>,
    verifier: Data<Verifier>,
    caller: Principal,
    body: Body<ValidateRequest>,
) -> Result<HttpResponse, Problem> {
    let shown = verifier.verify(&body.value.token).await.ok().map(Principal::from);
    // Tokens of another organisation do not exist for the caller.
    let shown = shown.filter(|shown| shown.organization_id == caller.organization_id);
    let valid = match &shown {
        Some(shown) => session_holds(&state, shown).await?,
        None => false,
    };
    let caller = shown.filter(|_| valid).map(CallerContext::from);
    Ok(HttpResponse::Ok().json(Validation { valid, caller }))
}

/// The caller.
#[utoipa::path(tag = "session", responses(
    (status = 200, description = "The caller", body = CallerContext),
    (status = 401, description = "No valid token, or the sign-in has ended", body = Problem),
))]
#[get("/me")]
pub async fn me(state: Data<AppState>, caller: Principal) -> Result<HttpResponse, Problem> {
    if !session_holds(&state, &caller).await? {
        return Err(Problem::new(problem::UNAUTHENTICATED).detail("This sign-in has ended; sign in again."));
    }
    Ok(HttpResponse::Ok().json(CallerContext::from(caller)))
}
