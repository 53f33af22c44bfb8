//! The session: the caller, the check of a token, sign-out.

use crate::{
    AppState,
    actions::{check_session, sign_out},
};
use actix_web::{HttpResponse, get, post, web::Data};
use garde::Validate;
use mc_access::{Authorized, Operation, Principal, Verifier};
use mc_chassis::http::{Body, Problem};
use mc_contracts::Interaction;
use mc_vocabulary::{OrganizationId, PatientId, Permission, Role, SessionId, problem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A token to be checked.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ValidateRequest {
    #[garde(length(bytes, min = 1, max = 8192))]
    #[schema(min_length = 1, max_length = 8192)]
    token: String,
}

/// The result of checking a token.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Validation {
    /// Whether services accept it now.
    valid: bool,
    /// Its subject, where it is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    caller: Option<CallerContext>,
}

/// A caller and their permissions.
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

/// Ends the caller's session.
pub struct SignOut;

impl Operation for SignOut {
    const ACTION: &str = sign_out::ACTION;
    const INTERACTION: Interaction = Interaction::Execute;
    const PERMISSION: Option<Permission> = None;
    const FORBIDDEN_DETAIL: &str = "";
}

/// Checks a token, one's own or another of the organization.
pub struct CheckToken;

impl Operation for CheckToken {
    const ACTION: &str = "auth.token.check";
    const INTERACTION: Interaction = Interaction::Execute;
    const PERMISSION: Option<Permission> = None;
    const FORBIDDEN_DETAIL: &str = "";
}

/// Ends the caller's session.
#[utoipa::path(tag = "session", responses(
    (status = 204, description = "Ended"),
    (status = 401, description = "No valid token", body = Problem),
))]
#[post("/logout")]
pub async fn logout(state: Data<AppState>, context: Authorized<SignOut>) -> Result<HttpResponse, Problem> {
    sign_out::execute(&context, &state).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Checks a token of the caller's organization: whether services accept it, and its subject.
#[utoipa::path(tag = "session", request_body = ValidateRequest, responses(
    (status = 200, description = "The result", body = Validation),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 422, description = "A field is wrong", body = Problem),
))]
#[post("/validate")]
pub async fn validate(
    state: Data<AppState>,
    verifier: Data<Verifier>,
    context: Authorized<CheckToken>,
    body: Body<ValidateRequest>,
) -> Result<HttpResponse, Problem> {
    let subject = verifier.verify(&body.value.token).await.ok().map(Principal::from);
    // Tokens of another organization do not exist for the caller.
    let subject = subject.filter(|subject| subject.organization_id == context.organization_id());
    let valid = match &subject {
        Some(subject) => check_session::execute(&context, &state, subject).await?,
        None => false,
    };
    let caller = subject.filter(|_| valid).map(CallerContext::from);
    Ok(HttpResponse::Ok().json(Validation { valid, caller }))
}

/// Returns the caller.
#[utoipa::path(tag = "session", responses(
    (status = 200, description = "The caller", body = CallerContext),
    (status = 401, description = "No valid token, or the session has ended", body = Problem),
))]
#[get("/me")]
pub async fn me(state: Data<AppState>, context: Authorized<CheckToken>) -> Result<HttpResponse, Problem> {
    if !check_session::execute(&context, &state, context.caller()).await? {
        return Err(Problem::new(problem::UNAUTHENTICATED).detail("This session has ended; sign in again."));
    }
    Ok(HttpResponse::Ok().json(CallerContext::from(context.caller().clone())))
}
