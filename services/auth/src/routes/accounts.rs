//! People and machines of an organisation.

use crate::{
    AppState,
    actions::{
        add_client::{AddClientError, ClientAdded, add_client as adding_client},
        add_user::{AddUser, AddUserError, UserAdded, add_user as adding_user},
    },
    domain::Password,
};
use actix_web::{HttpResponse, post, web::Data};
use garde::Validate;
use mc_access::Principal;
use mc_chassis::http::{Body, IdempotencyKey, Origin, Problem};
use mc_contracts::Interaction;
use mc_mailbox::Scope;
use mc_vocabulary::{PatientId, Permission, Role, problem};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// A new person.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddUserRequest {
    #[garde(email, length(bytes, max = 254))]
    #[schema(format = Email, max_length = 254)]
    email: String,
    /// At least 12 characters.
    #[garde(custom(long_enough))]
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 200)]
    password: SecretString,
    #[garde(length(min = 1, max = 8))]
    #[schema(min_items = 1, max_items = 8)]
    roles: Vec<Role>,
    /// For role patient, and only then: whose chart is their own.
    #[garde(skip)]
    #[serde(default)]
    patient_id: Option<PatientId>,
    /// Whether to set up a second factor; its secret is in the answer.
    #[garde(skip)]
    #[serde(default)]
    second_factor: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that garde calls")]
fn long_enough(password: &SecretString, (): &()) -> garde::Result {
    let length = password.expose_secret().chars().count();
    if (12..=200).contains(&length) {
        Ok(())
    } else {
        Err(garde::Error::new("expected 12 to 200 characters"))
    }
}

/// A new machine.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddClientRequest {
    /// What people call it.
    #[garde(length(chars, min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    name: String,
}

const ADMIN_ONLY: &str = "Only an admin of the organisation manages people and machines.";

/// Adds a person to the caller's organisation.
#[utoipa::path(tag = "accounts", request_body = AddUserRequest,
    params(("Idempotency-Key" = String, Header, description = "Repeats with the same key are answered, not done again")), responses(
    (status = 201, description = "Added", body = UserAdded),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Not an admin", body = Problem),
    (status = 409, description = "The address is taken, or the same request is still running", body = Problem),
    (status = 422, description = "A field is wrong, or the key was used for another request", body = Problem),
    (status = 428, description = "No Idempotency-Key", body = Problem),
))]
#[post("/users")]
pub async fn add_user(
    state: Data<AppState>,
    caller: Principal,
    key: IdempotencyKey,
    body: Body<AddUserRequest>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let wanted = state
        .mailbox
        .audit_of("auth.user.add", Interaction::Create, &caller, &origin);
    state
        .mailbox
        .authorize(&caller, Permission::Admin, ADMIN_ONLY, wanted)
        .await?;
    let AddUserRequest {
        email,
        password,
        roles,
        patient_id,
        second_factor,
    } = body.value;
    let command = AddUser {
        email,
        password: Password::new(password),
        roles,
        patient_id,
        second_factor,
    };
    let (state, caller, origin) = (&state, &caller, &origin);
    state
        .mailbox
        .once(scope(caller, "POST users"), &key, body.digest, |claim| async move {
            Ok(adding_user(state, command, caller, &claim, origin).await?)
        })
        .await
}

/// Adds a machine to the caller's organisation.
#[utoipa::path(tag = "accounts", request_body = AddClientRequest,
    params(("Idempotency-Key" = String, Header, description = "Repeats with the same key are answered, not done again")), responses(
    (status = 201, description = "Added", body = ClientAdded),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Not an admin", body = Problem),
    (status = 409, description = "The same request is still running", body = Problem),
    (status = 422, description = "A field is wrong, or the key was used for another request", body = Problem),
    (status = 428, description = "No Idempotency-Key", body = Problem),
))]
#[post("/clients")]
pub async fn add_client(
    state: Data<AppState>,
    caller: Principal,
    key: IdempotencyKey,
    body: Body<AddClientRequest>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let wanted = state
        .mailbox
        .audit_of("auth.client.add", Interaction::Create, &caller, &origin);
    state
        .mailbox
        .authorize(&caller, Permission::Admin, ADMIN_ONLY, wanted)
        .await?;
    let (state, caller, origin, name) = (&state, &caller, &origin, &body.value.name);
    state
        .mailbox
        .once(scope(caller, "POST clients"), &key, body.digest, |claim| async move {
            Ok(adding_client(state, name, caller, &claim, origin).await?)
        })
        .await
}

fn scope(caller: &Principal, route: &'static str) -> Scope {
    Scope {
        caller: format!("{}/{}", caller.organization_id, caller.subject),
        route,
    }
}

impl From<AddUserError> for Problem {
    fn from(error: AddUserError) -> Self {
        match error {
            AddUserError::EmailTaken => Problem::new(problem::CONFLICT).at("/email", "has an account already"),
            AddUserError::PatientMismatch => {
                Problem::new(problem::UNPROCESSABLE).at("/patient_id", "is required for role patient, and for no other")
            }
            AddUserError::Library | AddUserError::Seal(_) | AddUserError::Store(_) => Problem::internal(&error),
        }
    }
}

impl From<AddClientError> for Problem {
    fn from(error: AddClientError) -> Self {
        Problem::internal(&error)
    }
}
