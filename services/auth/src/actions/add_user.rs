//! Adds a person to the caller's organization.

use crate::{
    AppState,
    domain::{Account, Password, SecondFactor, normalize_email},
    store::users,
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_idempotency::{IdempotencyClaim, StoredResponse};
use mc_keyring::SealsError;
use mc_vocabulary::{OrganizationId, PatientId, Role, UserId};
use serde::Serialize;
use sqlx::PgConnection;

/// A person to be added.
pub struct AddUser {
    /// E-mail address to sign in with.
    pub email: String,
    /// First password.
    pub password: Password,
    pub roles: Vec<Role>,
    /// For role patient: their own patient record.
    pub patient_id: Option<PatientId>,
    /// Whether a second factor is set up.
    pub second_factor: bool,
}

/// The response; a repeat is answered from the store.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct UserAdded {
    /// The new account.
    pub user_id: UserId,
    /// Base32 secret for the authenticator app, where a second factor was requested. It cannot be
    /// read again later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totp_secret: Option<String>,
}

/// Why nobody was added.
#[derive(Debug, thiserror::Error)]
pub enum AddUserError {
    /// An account has this e-mail address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// Role patient without a patient id, or the reverse.
    #[error("role patient and patient_id belong together")]
    PatientMismatch,
    /// Hashing or generating a secret failed.
    #[error("the password or second factor cannot be made")]
    Library,
    /// Sealing failed.
    #[error("the account cannot be sealed")]
    Seal(#[from] SealsError),
    /// The store failed.
    #[error("the account cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Adds a person, once for `claim`.
///
/// # Errors
/// [`AddUserError`].
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    command: AddUser,
    claim: &IdempotencyClaim,
) -> Result<StoredResponse, AddUserError> {
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let roles = command.roles.iter().map(ToString::to_string).collect::<Vec<_>>();
    let added = insert_user(state, &mut transaction, context.organization_id(), command).await?;
    let record = context
        .audit("auth.user.add", Interaction::Create)
        .entity("User", added.user_id)
        .detail("roles", roles)
        .detail("second_factor", added.totp_secret.is_some());
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    let response = StoredResponse::json(201_u16, &added);
    claim.store(&mut transaction, &response).await?;
    transaction.commit().await?;
    Ok(response)
}

/// The part that the first admin of an organization shares.
pub(super) async fn insert_user(
    state: &AppState,
    transaction: &mut PgConnection,
    organization_id: OrganizationId,
    command: AddUser,
) -> Result<UserAdded, AddUserError> {
    if command.roles.contains(&Role::Patient) != command.patient_id.is_some() {
        return Err(AddUserError::PatientMismatch);
    }
    let password = command.password;
    let hash = tokio::task::spawn_blocking(move || password.hash())
        .await
        .ok()
        .flatten()
        .ok_or(AddUserError::Library)?;
    let factor = if command.second_factor {
        Some(SecondFactor::generate().ok_or(AddUserError::Library)?)
    } else {
        None
    };
    let totp_secret = factor.map(|factor| factor.secret());
    let account = Account {
        id: UserId::new(),
        organization_id,
        roles: command.roles,
        patient_id: command.patient_id,
        has_second_factor: totp_secret.is_some(),
        disabled: false,
    };
    let email = normalize_email(&command.email);
    let email_sealed = state
        .seals
        .seal(organization_id, "users.email", account.id, email.as_bytes())
        .await?;
    let totp_sealed = match &totp_secret {
        Some(secret) => Some(
            state
                .seals
                .seal(organization_id, "users.totp", account.id, secret.as_bytes())
                .await?,
        ),
        None => None,
    };
    let new = users::NewUser {
        account: &account,
        email_digest: &state.blind_index.digest("users.email", &email),
        email_sealed: &email_sealed,
        password: &hash,
        totp_sealed: totp_sealed.as_deref(),
        created_at: state.clock.now(),
    };
    if !users::insert(transaction, new).await? {
        return Err(AddUserError::EmailTaken);
    }
    Ok(UserAdded {
        user_id: account.id,
        totp_secret,
    })
}
