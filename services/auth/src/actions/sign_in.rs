//! First factor: an e-mail address and a password.

use super::grant::{Grant, GrantError, NoToken, begin_session};
use crate::{
    AppState,
    domain::{Account, Opaque, Password, device_name, normal_email},
    store::{sessions, users},
};
use chrono::Duration;
use mc_access::tenancy;
use mc_chassis::http::Origin;
use mc_contracts::{Actor, ActorKind, AuditRecord, Interaction, Outcome};
use mc_mailbox::Mailbox;
use sqlx::PgConnection;

/// Life of a challenge.
const CHALLENGE_LIFE: Duration = Duration::minutes(5);

/// What was typed.
pub struct SignIn {
    /// As typed.
    pub email: String,
    /// As typed.
    pub password: Password,
    /// The device, as it names itself.
    pub device_id: String,
}

/// What comes of it.
pub enum SignedIn {
    /// Tokens.
    Granted(Box<Grant>),
    /// A second factor is asked for.
    SecondFactorNeeded {
        /// To be sent back with the code.
        mfa_token: Opaque,
        /// Life of it, in seconds.
        expires_in_s: i64,
    },
}

/// Why not. The caller learns no more than that it did not work.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown address, wrong password, switched off or resting: all the same to the caller.
    #[error("the credentials are not accepted")]
    Refused,
    /// Tokens could not be given.
    #[error("the sign-in cannot be completed")]
    Grant(#[from] GrantError),
}

impl From<sqlx::Error> for SignInError {
    fn from(error: sqlx::Error) -> Self {
        Self::Grant(error.into())
    }
}

/// Signs in, or asks for the second factor. Every attempt is in the audit log (A5).
///
/// # Errors
/// [`SignInError`].
pub async fn sign_in(state: &AppState, command: SignIn, origin: &Origin) -> Result<SignedIn, SignInError> {
    let now = state.clock.now();
    let digest = state.emails.digest("users.email", &normal_email(&command.email));
    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
    let stored = users::find_by_email(&mut transaction, &digest).await?;
    drop(transaction); // no row is held while the password is hashed
    let device_id = device_name(&command.device_id, &state.emails);
    let password = command.password;
    let (stored, right) = tokio::task::spawn_blocking(move || {
        let right = password.matches(stored.as_ref().map(|s| &s.password));
        (stored, right)
    })
    .await
    .map_err(|_| NoToken)
    .map_err(GrantError::from)?;

    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
    let Some(stored) = stored else {
        let record = audit(&state.mailbox, Actor::anonymous(), &device_id, origin)
            .outcome(Outcome::Denied)
            .detail("reason", "unknown_account");
        state.mailbox.enqueue(&mut transaction, None, &record).await?;
        transaction.commit().await?;
        return Err(SignInError::Refused);
    };
    let account = stored.account;
    let record = audit(&state.mailbox, actor(&account), &device_id, origin).entity("User", account.id);
    if !(right && account.is_open(now)) {
        let rest = if right { None } else { account.rest_after_failure(now) };
        users::update_failed(&mut transaction, account.id, rest).await?;
        let reason = if right {
            "account_closed_or_resting"
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

/// The password was right: tokens, or the demand for the second factor.
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
        let expires_at = state.clock.now() + CHALLENGE_LIFE;
        sessions::insert_challenge(transaction, &mfa_token.hash(), organization_id, &challenge, expires_at).await?;
        let expires_in_s = CHALLENGE_LIFE.num_seconds();
        (
            SignedIn::SecondFactorNeeded {
                mfa_token,
                expires_in_s,
            },
            record.detail("second_factor", "asked_for"),
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

fn audit(mailbox: &Mailbox, mut actor: Actor, device_id: &str, origin: &Origin) -> AuditRecord {
    actor.device_id = Some(device_id.to_owned());
    mailbox.audit_by("auth.login", Interaction::Execute, actor, origin)
}
