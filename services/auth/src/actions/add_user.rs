//! A new person in the caller's organisation.

use crate::{
    AppState,
    domain::{Account, Password, SecondFactor, normal_email},
    store::users,
};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;
use mc_keyring::SealsError;
use mc_mailbox::{IdempotencyClaim, StoredResponse};
use mc_vocabulary::{OrganizationId, PatientId, Role, UserId};
use serde::Serialize;
use sqlx::PgConnection;

/// Who is added.
pub struct AddUser {
    /// Address to sign in with.
    pub email: String,
    /// First password.
    pub password: Password,
    /// As what.
    pub roles: Vec<Role>,
    /// For a patient: whose chart is their own.
    pub patient_id: Option<PatientId>,
    /// Whether a second factor is set up.
    pub second_factor: bool,
}

/// What the admin is told, once.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct UserAdded {
    /// The new account.
    pub user_id: UserId,
    /// Base32 secret for the authenticator app, where a second factor was asked for. Shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totp_secret: Option<String>,
}

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum AddUserError {
    /// The address has an account.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// A patient without a chart, or a chart without a patient.
    #[error("role patient and patient_id belong together")]
    PatientMismatch,
    /// A library failed.
    #[error("the password or second factor cannot be made")]
    Library,
    /// Sealing failed.
    #[error("the account cannot be sealed")]
    Seal(#[from] SealsError),
    /// The store.
    #[error("the account cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Adds a person, once for `claim`.
///
/// # Errors
/// [`AddUserError`].
pub async fn add_user(
    state: &AppState,
    command: AddUser,
    caller: &Principal,
    claim: &IdempotencyClaim,
    origin: &Origin,
) -> Result<StoredResponse, AddUserError> {
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    let roles = command.roles.iter().map(ToString::to_string).collect::<Vec<_>>();
    let added = insert_user(state, &mut transaction, caller.organization_id, command).await?;
    let record = state
        .mailbox
        .audit_of("auth.user.add", Interaction::Create, caller, origin)
        .entity("User", added.user_id)
        .detail("roles", roles)
        .detail("second_factor", added.totp_secret.is_some());
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    let answer = StoredResponse::json(201_u16, &added);
    claim.store(&mut transaction, &answer).await?;
    transaction.commit().await?;
    Ok(answer)
}

/// Adds a person to the transaction: the part that the first admin shares.
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
        failed_sign_ins: 0,
        locked_until: None,
        disabled: false,
    };
    let email = normal_email(&command.email);
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
    let new = users::New {
        account: &account,
        email_digest: &state.emails.digest("users.email", &email),
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
