//! Sign-in: first factor, second factor, refresh.

use crate::{
    AppState,
    actions::{
        self, Grant,
        refresh::RefreshError,
        sign_in::{self, SignIn, SignInError, SignedIn},
        verify_second_factor::{self, VerifySecondFactorError},
    },
    domain::{Opaque, Password},
};
use actix_web::{HttpResponse, post, web::Data};
use garde::Validate;
use mc_access::{RequestContext, System};
use mc_chassis::http::{Body, Origin, Problem};
use mc_contracts::Actor;
use mc_vocabulary::{OrganizationId, PatientId, Role, SessionId, UserId, problem};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// Credentials of a person.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    #[garde(length(bytes, min = 3, max = 254))]
    #[schema(min_length = 3, max_length = 254)]
    email: String,
    #[garde(skip)]
    #[schema(value_type = String, format = Password)]
    password: SecretString,
    /// The device's own name, such as `clinic_workstation`. Anything but letters, digits and `._:-`
    /// is stored as a pseudonym only.
    #[garde(length(chars, min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    device_id: String,
}

/// The second factor.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyRequest {
    /// From the response to the first factor.
    #[garde(length(bytes, min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200)]
    mfa_token: String,
    /// Six digits from the authenticator app.
    #[garde(length(bytes, min = 6, max = 6))]
    #[schema(min_length = 6, max_length = 6)]
    code: String,
}

/// A refresh token.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    #[garde(length(bytes, min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200)]
    refresh_token: String,
}

/// Tokens, or the challenge of the second factor.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum LoginAnswer {
    /// Signed in.
    Tokens(Tokens),
    /// The second factor is required.
    SecondFactor(SecondFactorDemand),
}

/// Signed in.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Tokens {
    /// ES256 JWT for every service.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Lifetime of the access token, in seconds.
    expires_in: i64,
    /// Valid once, for `/refresh`.
    refresh_token: String,
    /// The session.
    session_id: SessionId,
    /// The person.
    user: SignedInUser,
}

/// The person who signed in.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SignedInUser {
    id: UserId,
    organization_id: OrganizationId,
    roles: Vec<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patient_id: Option<PatientId>,
}

/// The account has a second factor: send its code to `/mfa/verify`.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SecondFactorDemand {
    /// Always true.
    mfa_required: bool,
    /// To be sent with the code.
    mfa_token: String,
    /// Its lifetime, in seconds.
    expires_in: i64,
}

impl From<Grant> for Tokens {
    fn from(grant: Grant) -> Self {
        let account = grant.account;
        Self {
            access_token: grant.access_token,
            token_type: "Bearer",
            expires_in: grant.expires_in_s,
            refresh_token: grant.refresh_token,
            session_id: grant.session_id,
            user: SignedInUser {
                id: account.id,
                organization_id: account.organization_id,
                roles: account.roles,
                patient_id: account.patient_id,
            },
        }
    }
}

/// Signs in with e-mail address and password.
#[utoipa::path(tag = "sign-in", security(()), request_body = LoginRequest, responses(
    (status = 200, description = "Tokens, or the demand for a second factor", body = LoginAnswer),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 401, description = "Not accepted; the reason is not disclosed", body = Problem),
    (status = 422, description = "A field is wrong", body = Problem),
))]
#[post("/login")]
pub async fn login(state: Data<AppState>, body: Body<LoginRequest>, origin: Origin) -> Result<HttpResponse, Problem> {
    let LoginRequest {
        email,
        password,
        device_id,
    } = body.value;
    let command = SignIn {
        email,
        password: Password::new(password),
        device_id,
    };
    let context = anonymous(&state, origin);
    let answer = match sign_in::execute(&context, &state, command).await? {
        SignedIn::Granted(grant) => LoginAnswer::Tokens((*grant).into()),
        SignedIn::SecondFactorNeeded {
            mfa_token,
            expires_in_s,
        } => LoginAnswer::SecondFactor(SecondFactorDemand {
            mfa_required: true,
            mfa_token: mfa_token.reveal().to_owned(),
            expires_in: expires_in_s,
        }),
    };
    Ok(HttpResponse::Ok().json(answer))
}

/// Completes a sign-in with the second factor.
#[utoipa::path(tag = "sign-in", security(()), request_body = VerifyRequest, responses(
    (status = 200, description = "Tokens", body = Tokens),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 401, description = "Not accepted", body = Problem),
    (status = 422, description = "A field is wrong", body = Problem),
))]
#[post("/mfa/verify")]
pub async fn verify_mfa(
    state: Data<AppState>,
    body: Body<VerifyRequest>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let (context, mfa_token) = (anonymous(&state, origin), Opaque::presented(&body.value.mfa_token));
    let grant = verify_second_factor::execute(&context, &state, &mfa_token, &body.value.code).await?;
    Ok(HttpResponse::Ok().json(Tokens::from(grant)))
}

/// Exchanges a refresh token for new tokens. Each is valid once.
#[utoipa::path(tag = "sign-in", security(()), request_body = RefreshRequest, responses(
    (status = 200, description = "Tokens", body = Tokens),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 401, description = "Not accepted; one presented twice ends the session", body = Problem),
    (status = 422, description = "A field is wrong", body = Problem),
))]
#[post("/refresh")]
pub async fn refresh(
    state: Data<AppState>,
    body: Body<RefreshRequest>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let (context, presented) = (anonymous(&state, origin), Opaque::presented(&body.value.refresh_token));
    let grant = actions::refresh::execute(&context, &state, &presented).await?;
    Ok(HttpResponse::Ok().json(Tokens::from(grant)))
}

/// Who calls is known only when the action has checked the credentials.
fn anonymous(state: &AppState, origin: Origin) -> RequestContext<System> {
    RequestContext::for_anonymous(Actor::anonymous(), origin, &state.clock)
}

fn not_accepted(detail: &'static str) -> Problem {
    Problem::new(problem::UNAUTHENTICATED).detail(detail)
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Refused => not_accepted("The e-mail address or password is not accepted."),
            SignInError::Grant(_) => Problem::internal(&error),
        }
    }
}

impl From<VerifySecondFactorError> for Problem {
    fn from(error: VerifySecondFactorError) -> Self {
        match error {
            VerifySecondFactorError::Refused => {
                not_accepted("The code is not accepted; wait for the next one, or sign in again.")
            }
            VerifySecondFactorError::Seal(_) | VerifySecondFactorError::Grant(_) => Problem::internal(&error),
        }
    }
}

impl From<RefreshError> for Problem {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Refused => not_accepted("The refresh token is not accepted; sign in again."),
            RefreshError::Grant(_) => Problem::internal(&error),
        }
    }
}
