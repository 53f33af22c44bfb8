//! Signs in with the first factor: an e-mail address and a password.

use super::grant::{Grant, GrantError, NoToken, begin_session};
use crate::{
    AppState,
    domain::{Account, Opaque, Password, device_name, normalize_email},
    store::{sessions, users},
};
use chrono::Duration;
use mc_access::{RequestContext, System, tenancy};
use mc_contracts::{Actor, ActorKind, AuditRecord, Interaction, Outcome};
use sqlx::PgConnection;

/// Lifetime of a challenge.
const CHALLENGE_LIFETIME: Duration = Duration::minutes(5);

/// Credentials as the caller sent them.
pub struct SignIn {
    pub email: String,
    pub password: Password,
    /// The device's own name for itself.
    pub device_id: String,
}

/// The outcome of accepted credentials.
pub enum SignedIn {
    /// Tokens.
    Granted(Box<Grant>),
    /// The account has a second factor.
    SecondFactorNeeded {
        /// To be sent back with the code.
        mfa_token: Opaque,
        /// Its lifetime, in seconds.
        expires_in_s: i64,
    },
}

/// Why the sign-in failed.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown address, wrong password, disabled account or lockout. The caller cannot distinguish
    /// them.
    #[error("the credentials are not accepted")]
    Refused,
    /// Tokens could not be issued.
    #[error("the sign-in cannot be completed")]
    Grant(#[from] GrantError),
}

impl From<sqlx::Error> for SignInError {
    fn from(error: sqlx::Error) -> Self {
        Self::Grant(error.into())
    }
}

/// Signs in, or requests the second factor. Every attempt is on record.
///
/// # Errors
/// [`SignInError`].
pub async fn execute(
    context: &RequestContext<System>,
    state: &AppState,
    command: SignIn,
) -> Result<SignedIn, SignInError> {
    let digest = state
        .blind_index
        .digest("users.email", &normalize_email(&command.email));
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let stored = users::find_by_email(&mut transaction, &digest).await?;
    drop(transaction); // no connection is held while the password is hashed
    let device_id = device_name(&command.device_id, &state.blind_index);
    let password = command.password;
    let (stored, matches) = tokio::task::spawn_blocking(move || {
        let matches = password.matches(stored.as_ref().map(|stored| &stored.password));
        (stored, matches)
    })
    .await
    .map_err(|_| NoToken)
    .map_err(GrantError::from)?;

    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let Some(stored) = stored else {
        let record = audit(context, Actor::anonymous(), &device_id)
            .outcome(Outcome::Denied)
            .detail("reason", "unknown_account");
        state.mailbox.enqueue(&mut transaction, None, &record).await?;
        transaction.commit().await?;
        return Err(SignInError::Refused);
    };
    // Read again, and locked: others may have failed, or changed the password, while it was hashed.
    let now = state.clock.now();
    let current = users::get_for_update(&mut transaction, stored.account.id).await?;
    let matches = matches
        && current
            .as_ref()
            .is_some_and(|current| current.password.as_str() == stored.password.as_str());
    let account = current.unwrap_or(stored).account;
    let record = audit(context, actor(&account), &device_id).entity("User", account.id);
    if !(matches && account.is_open(now)) {
        let lockout = if matches { None } else { account.lockout(now) };
        users::update_failed(&mut transaction, account.id, lockout).await?;
        let reason = if matches {
            "account_closed_or_locked_out"
        } else {
            "wrong_password"
        };
        let record = record.outcome(Outcome::Denied).detail("reason", reason);
        state
            .mailbox
            .enqueue(&mut transaction, Some(account.organization_id), &record)
            .await?;
        transaction.commit().await?;
        return Err(SignInError::Refused);
    }
    let signed_in = proceed(state, &mut transaction, account, device_id, record).await?;
    transaction.commit().await?;
    Ok(signed_in)
}

/// The password matched: tokens, or the challenge of the second factor.
async fn proceed(
    state: &AppState,
    transaction: &mut PgConnection,
    account: Account,
    device_id: String,
    record: AuditRecord,
) -> Result<SignedIn, SignInError> {
    let organization_id = account.organization_id;
    let (signed_in, record) = if account.has_second_factor {
        let mfa_token = Opaque::generate().ok_or(NoToken).map_err(GrantError::from)?;
        let challenge = sessions::Challenge {
            user_id: account.id,
            device_id,
        };
        let expires_at = state.clock.now() + CHALLENGE_LIFETIME;
        sessions::insert_challenge(transaction, &mfa_token.hash(), organization_id, &challenge, expires_at).await?;
        let expires_in_s = CHALLENGE_LIFETIME.num_seconds();
        (
            SignedIn::SecondFactorNeeded {
                mfa_token,
                expires_in_s,
            },
            record.detail("second_factor", "required"),
        )
    } else {
        users::update_signed_in(transaction, account.id, None).await?;
        let grant = begin_session(state, transaction, account, device_id).await?;
        let record = record.detail("session_id", grant.session_id.to_string());
        (SignedIn::Granted(Box::new(grant)), record)
    };
    state
        .mailbox
        .enqueue(transaction, Some(organization_id), &record)
        .await?;
    Ok(signed_in)
}

/// The account as the audit log names it.
pub(super) fn actor(account: &Account) -> Actor {
    Actor {
        kind: ActorKind::User,
        id: account.id.to_string(),
        roles: account.roles.iter().map(ToString::to_string).collect(),
        session_id: None,
        device_id: None,
    }
}

fn audit(context: &RequestContext<System>, mut actor: Actor, device_id: &str) -> AuditRecord {
    actor.device_id = Some(device_id.to_owned());
    context.audit_as(actor, "auth.login", Interaction::Execute)
}
