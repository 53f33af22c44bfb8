//! Signs in with the first factor: an e-mail address and a password.

use super::grant::{Grant, GrantError, NoToken, begin_session};
use crate::{
    AppState,
    domain::{Account, Opaque, Password, PasswordHash, device_name, normalize_email, source_digest},
    store::{
        sessions,
        sign_in_sources::{self, Attempt},
        users,
    },
};
use chrono::Duration;
use mc_access::{RequestContext, System, tenancy};
use mc_contracts::{Actor, ActorKind, AuditRecord, Interaction, Outcome};
use sqlx::PgConnection;

/// Lifetime of a challenge.
const CHALLENGE_LIFETIME: Duration = Duration::minutes(5);
/// Reason of a refusal in the audit log.
pub(super) const CLOSED_OR_LOCKED_OUT: &str = "account_closed_or_locked_out";

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

/// Signs in, or requests the second factor. Every attempt is on record, and is counted before the
/// password is checked: guesses in parallel are bounded as guesses in turn are.
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
    let attempt = match &stored {
        Some(stored) => count_attempt(context, state, &mut transaction, &stored.account).await?,
        None => None,
    };
    // No connection is held while the password is hashed.
    transaction.commit().await?;
    let device_id = device_name(&command.device_id, &state.blind_index);
    let stored_hash = stored.as_ref().map(|stored| stored.password.clone());
    let matches = check(command.password, stored_hash.filter(|_| attempt.is_some())).await?;

    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let Some(stored) = stored else {
        let record = audit(context, Actor::anonymous(), &device_id)
            .outcome(Outcome::Denied)
            .detail("reason", "unknown_account");
        state.mailbox.enqueue(&mut transaction, None, &record).await?;
        transaction.commit().await?;
        return Err(SignInError::Refused);
    };
    // Read again, and locked: others may have changed the password while it was hashed.
    let current = users::get_for_update(&mut transaction, stored.account.organization_id, stored.account.id).await?;
    let unchanged = current
        .as_ref()
        .is_some_and(|current| current.password.as_str() == stored.password.as_str());
    let account = current.unwrap_or(stored).account;
    let record = audit(context, actor(&account), &device_id).entity("User", account.id);
    let refused = match attempt {
        None => CLOSED_OR_LOCKED_OUT,
        Some(_) if !(matches && unchanged) => "wrong_password",
        Some(_) if account.disabled => CLOSED_OR_LOCKED_OUT,
        Some(attempt) => {
            let factor = FirstFactor {
                account,
                attempt,
                device_id,
            };
            let signed_in = proceed(context, state, &mut transaction, factor, record).await?;
            transaction.commit().await?;
            return Ok(signed_in);
        }
    };
    let record = record.outcome(Outcome::Denied).detail("reason", refused);
    state
        .mailbox
        .enqueue(&mut transaction, Some(account.organization_id), &record)
        .await?;
    transaction.commit().await?;
    Err(SignInError::Refused)
}

/// Whether the password matches. Without a hash to compare it takes as long, so that the duration
/// does not reveal which accounts exist or are locked out.
async fn check(password: Password, stored: Option<PasswordHash>) -> Result<bool, GrantError> {
    let matches = tokio::task::spawn_blocking(move || password.matches(stored.as_ref())).await;
    Ok(matches.map_err(|_| NoToken)?)
}

/// The keyed digest of the caller's network address, if that is known.
pub(super) fn source_of(context: &RequestContext<System>, state: &AppState, account: &Account) -> Option<[u8; 32]> {
    let address = context.origin().ip?;
    Some(source_digest(account.id, address, &state.blind_index))
}

/// Counts an attempt from the caller's address; None during a lockout.
pub(super) async fn count_attempt(
    context: &RequestContext<System>,
    state: &AppState,
    transaction: &mut PgConnection,
    account: &Account,
) -> Result<Option<Attempt>, sqlx::Error> {
    let source = source_of(context, state, account);
    sign_in_sources::update_attempt(transaction, account, source, state.clock.now()).await
}

/// A password that matched.
struct FirstFactor {
    account: Account,
    attempt: Attempt,
    device_id: String,
}

/// The password matched: tokens, or the challenge of the second factor.
async fn proceed(
    context: &RequestContext<System>,
    state: &AppState,
    transaction: &mut PgConnection,
    factor: FirstFactor,
    record: AuditRecord,
) -> Result<SignedIn, SignInError> {
    let FirstFactor {
        account,
        attempt,
        device_id,
    } = factor;
    let (organization_id, now) = (account.organization_id, state.clock.now());
    let (signed_in, record) = if account.has_second_factor {
        sign_in_sources::update_passed(transaction, &attempt).await?;
        let mfa_token = Opaque::generate().ok_or(NoToken).map_err(GrantError::from)?;
        let challenge = sessions::Challenge {
            organization_id,
            user_id: account.id,
            device_id,
        };
        let expires_at = now + CHALLENGE_LIFETIME;
        sessions::insert_challenge(transaction, &mfa_token.hash(), &challenge, expires_at).await?;
        let expires_in_s = CHALLENGE_LIFETIME.num_seconds();
        (
            SignedIn::SecondFactorNeeded {
                mfa_token,
                expires_in_s,
            },
            record.detail("second_factor", "required"),
        )
    } else {
        let source = source_of(context, state, &account);
        sign_in_sources::update_signed_in(transaction, &account, &attempt, source, now).await?;
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
