//! Client credentials for machines, as a form (RFC 6749 section 4.4) or as JSON.

use crate::{
    AppState,
    actions::issue_service_token::{self, IssueServiceTokenError},
    domain::Opaque,
};
use actix_web::{HttpResponse, post, web::Data};
use garde::Validate;
use mc_access::RequestContext;
use mc_chassis::http::{FormOrBody, Origin, Problem};
use mc_contracts::Actor;
use mc_vocabulary::{ClientId, problem};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

/// Client credentials.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceTokenRequest {
    /// `client_credentials`.
    #[garde(custom(client_credentials))]
    #[schema(example = "client_credentials", pattern = "^client_credentials$")]
    grant_type: String,
    #[garde(skip)]
    client_id: ClientId,
    #[garde(skip)]
    #[schema(value_type = String, format = Password)]
    client_secret: SecretString,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "garde calls it with references")]
fn client_credentials(grant_type: &str, (): &()) -> garde::Result {
    if grant_type == "client_credentials" {
        Ok(())
    } else {
        Err(garde::Error::new("expected client_credentials"))
    }
}

/// A token for a machine.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ServiceToken {
    /// ES256 JWT with role integration.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Lifetime, in seconds.
    expires_in: i64,
}

/// Issues a token to a machine.
#[utoipa::path(tag = "machines", security(()), request_body(content(
    (ServiceTokenRequest = "application/x-www-form-urlencoded"), (ServiceTokenRequest = "application/json"))), responses(
    (status = 200, description = "The token", body = ServiceToken),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 401, description = "Not accepted", body = Problem),
    (status = 415, description = "Neither a form nor JSON", body = Problem),
    (status = 422, description = "A field is wrong", body = Problem),
))]
#[post("/service-token")]
pub async fn service_token(
    state: Data<AppState>,
    FormOrBody(request): FormOrBody<ServiceTokenRequest>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let secret = Opaque::presented(request.client_secret.expose_secret());
    let context = RequestContext::for_anonymous(Actor::anonymous(), origin, &state.clock);
    let (access_token, expires_in) = issue_service_token::execute(&context, &state, request.client_id, &secret).await?;
    Ok(HttpResponse::Ok().json(ServiceToken {
        access_token,
        token_type: "Bearer",
        expires_in,
    }))
}

impl From<IssueServiceTokenError> for Problem {
    fn from(error: IssueServiceTokenError) -> Self {
        match error {
            IssueServiceTokenError::Refused => {
                Problem::new(problem::UNAUTHENTICATED).detail("The client id or secret is not accepted.")
            }
            IssueServiceTokenError::Store(_) | IssueServiceTokenError::NoToken(_) => Problem::internal(&error),
        }
    }
}
