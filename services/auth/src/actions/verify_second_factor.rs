//! Completes a sign-in with the second factor: a time-based code.

use super::{
    grant::{Grant, GrantError, begin_session},
    sign_in::{CLOSED_OR_LOCKED_OUT, actor, count_attempt, source_of},
};
use crate::{
    AppState,
    domain::{Opaque, SecondFactor},
    store::{
        sessions, sign_in_sources,
        users::{self, StoredUser},
    },
};
use chrono::{DateTime, Utc};
use mc_access::{RequestContext, System, tenancy};
use mc_contracts::{Interaction, Outcome};
use mc_keyring::SealsError;

/// Codes that may be tried for one challenge.
const MAX_ATTEMPTS: i32 = 5;

/// Why the sign-in failed.
#[derive(Debug, thiserror::Error)]
pub enum VerifySecondFactorError {
    /// No such challenge, it has expired, or the code is not valid now.
    #[error("the code is not accepted")]
    Refused,
    /// The stored secret cannot be unsealed.
    #[error("the second factor cannot be read")]
    Seal(#[from] SealsError),
    /// Tokens could not be issued.
    #[error("the sign-in cannot be completed")]
    Grant(#[from] GrantError),
}

impl From<sqlx::Error> for VerifySecondFactorError {
    fn from(error: sqlx::Error) -> Self {
        Self::Grant(error.into())
    }
}

/// Completes a sign-in. Every attempt at an existing challenge is on record.
///
/// # Errors
/// [`VerifySecondFactorError`].
pub async fn execute(
    context: &RequestContext<System>,
    state: &AppState,
    mfa_token: &Opaque,
    code: &str,
) -> Result<Grant, VerifySecondFactorError> {
    let now = state.clock.now();
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let challenge = sessions::update_challenge_attempt(&mut transaction, &mfa_token.hash(), now, MAX_ATTEMPTS)
        .await?
        .ok_or(VerifySecondFactorError::Refused)?;
    let stored = users::get_for_update(&mut transaction, challenge.organization_id, challenge.user_id)
        .await?
        .ok_or(VerifySecondFactorError::Refused)?;
    let account = stored.account.clone();
    let organization_id = account.organization_id;
    let mut actor = actor(&account);
    actor.device_id = Some(challenge.device_id.clone());
    let record = context
        .audit_as(actor, "auth.mfa.verify", Interaction::Execute)
        .entity("User", account.id);

    // Counted before the code is compared. The row is locked until the outcome is committed, so
    // codes in parallel are counted one after the other.
    let attempt = count_attempt(context, state, &mut transaction, &account).await?;
    let checked = match &attempt {
        Some(_) if !account.disabled => check_code(state, &stored, code, now).await?,
        _ => Err(CLOSED_OR_LOCKED_OUT),
    };
    let (attempt, step) = match (attempt, checked) {
        (Some(attempt), Ok(step)) => (attempt, step),
        (_, checked) => {
            let reason = checked.err().unwrap_or(CLOSED_OR_LOCKED_OUT);
            let record = record.outcome(Outcome::Denied).detail("reason", reason);
            state
                .mailbox
                .enqueue(&mut transaction, Some(organization_id), &record)
                .await?;
            transaction.commit().await?;
            return Err(VerifySecondFactorError::Refused);
        }
    };
    users::update_totp_step(&mut transaction, &account, step).await?;
    let source = source_of(context, state, &account);
    sign_in_sources::update_signed_in(&mut transaction, &account, &attempt, source, now).await?;
    sessions::delete_challenge(&mut transaction, organization_id, &mfa_token.hash(), now).await?;
    let grant = begin_session(state, &mut transaction, account, challenge.device_id).await?;
    let record = record.detail("session_id", grant.session_id.to_string());
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(grant)
}

/// The time step of a code that is valid now, or the reason for refusing it.
async fn check_code(
    state: &AppState,
    stored: &StoredUser,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Result<i64, &'static str>, SealsError> {
    let (account, seals) = (&stored.account, &state.seals);
    let secret = match &stored.totp_sealed {
        Some(sealed) => {
            seals
                .open(account.organization_id, "users.totp", account.id, sealed)
                .await?
        }
        None => Vec::new(),
    };
    let factor = std::str::from_utf8(&secret).ok().and_then(SecondFactor::stored);
    let Some(step) = factor.and_then(|factor| factor.step_of(code, now)) else {
        return Ok(Err("wrong_code"));
    };
    // RFC 6238 section 5.2: a code that was accepted is not accepted again.
    if state.refuse_code_replay && stored.totp_step.is_some_and(|last| step <= last) {
        return Ok(Err("code_used_before"));
    }
    Ok(Ok(step))
}
