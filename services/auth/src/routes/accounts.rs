//! The people and machines of an organization.

use crate::{
    AppState,
    actions::{
        self,
        add_client::{AddClientError, ClientAdded},
        add_user::{AddUser, AddUserError, UserAdded},
    },
    domain::Password,
};
use actix_web::{HttpResponse, post, web::Data};
use garde::Validate;
use mc_access::{Authorized, Operation};
use mc_chassis::http::{Body, IdempotencyKey, Problem};
use mc_contracts::Interaction;
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
    /// Required for role patient, and for no other: their own patient record.
    #[garde(skip)]
    #[serde(default)]
    patient_id: Option<PatientId>,
    /// Whether to set up a second factor; the response holds its secret.
    #[garde(skip)]
    #[serde(default)]
    second_factor: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "garde calls it with references")]
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
    /// A name that people recognize.
    #[garde(length(chars, min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    name: String,
}

const ACCOUNTS_FORBIDDEN_DETAIL: &str = "Only an admin of the organization manages people and machines.";

/// Adds a person.
pub struct AddUserOperation;

impl Operation for AddUserOperation {
    const ACTION: &str = "auth.user.add";
    const INTERACTION: Interaction = Interaction::Create;
    const PERMISSION: Option<Permission> = Some(Permission::Admin);
    const FORBIDDEN_DETAIL: &str = ACCOUNTS_FORBIDDEN_DETAIL;
}

/// Adds a machine.
pub struct AddClientOperation;

impl Operation for AddClientOperation {
    const ACTION: &str = "auth.client.add";
    const INTERACTION: Interaction = Interaction::Create;
    const PERMISSION: Option<Permission> = Some(Permission::Admin);
    const FORBIDDEN_DETAIL: &str = ACCOUNTS_FORBIDDEN_DETAIL;
}

/// Adds a person to the caller's organization.
#[utoipa::path(tag = "accounts", request_body = AddUserRequest,
    params(("Idempotency-Key" = String, Header, description = "A repeat with the same key is answered from the store")), responses(
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
    context: Authorized<AddUserOperation>,
    key: IdempotencyKey,
    body: Body<AddUserRequest>,
) -> Result<HttpResponse, Problem> {
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
    let (state, context) = (&state, &context);
    state
        .idempotency
        .once(context, "POST users", &key, body.digest, |claim| async move {
            Ok(actions::add_user::execute(context, state, command, &claim).await?)
        })
        .await
}

/// Adds a machine to the caller's organization.
#[utoipa::path(tag = "accounts", request_body = AddClientRequest,
    params(("Idempotency-Key" = String, Header, description = "A repeat with the same key is answered from the store")), responses(
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
    context: Authorized<AddClientOperation>,
    key: IdempotencyKey,
    body: Body<AddClientRequest>,
) -> Result<HttpResponse, Problem> {
    let (state, context, name) = (&state, &context, &body.value.name);
    state
        .idempotency
        .once(context, "POST clients", &key, body.digest, |claim| async move {
            Ok(actions::add_client::execute(context, state, name, &claim).await?)
        })
        .await
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
