//! Second factor: a time-based code.

use super::{
    grant::{Grant, GrantError, begin_session},
    sign_in::actor,
};
use crate::{
    AppState,
    domain::{Opaque, SecondFactor},
    store::{sessions, users},
};
use mc_access::tenancy;
use mc_chassis::http::Origin;
use mc_contracts::{Interaction, Outcome};
use mc_keyring::SealsError;

/// Codes that may be tried for one challenge.
const ATTEMPTS_MAX: i32 = 5;

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum VerifySecondFactorError {
    /// No such challenge, it has ended, or the code is not right now.
    #[error("the code is not accepted")]
    Refused,
    /// The stored factor cannot be opened.
    #[error("the second factor cannot be read")]
    Seal(#[from] SealsError),
    /// Tokens could not be given.
    #[error("the sign-in cannot be completed")]
    Grant(#[from] GrantError),
}

impl From<sqlx::Error> for VerifySecondFactorError {
    fn from(error: sqlx::Error) -> Self {
        Self::Grant(error.into())
    }
}

/// Completes a sign-in.
///
/// # Errors
/// [`VerifySecondFactorError`].
pub async fn verify_second_factor(
    state: &AppState,
    mfa_token: &Opaque,
    code: &str,
    origin: &Origin,
) -> Result<Grant, VerifySecondFactorError> {
    let now = state.clock.now();
    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
    let challenge = sessions::update_challenge_attempt(&mut transaction, &mfa_token.hash(), now, ATTEMPTS_MAX)
        .await?
        .ok_or(VerifySecondFactorError::Refused)?;
    let stored = users::find(&mut transaction, challenge.user_id)
        .await?
        .ok_or(VerifySecondFactorError::Refused)?;
    let account = stored.account;
    let organization_id = account.organization_id;
    let mut actor = actor(&account);
    actor.device_id = Some(challenge.device_id.clone());
    let record = state
        .mailbox
        .audit_by("auth.mfa.verify", Interaction::Execute, actor, origin)
        .entity("User", account.id);

    let secret = match &stored.totp_sealed {
        Some(sealed) => {
            state
                .seals
                .open(organization_id, "users.totp", account.id, sealed)
                .await?
        }
        None => Vec::new(),
    };
    let factor = std::str::from_utf8(&secret).ok().and_then(SecondFactor::stored);
    let step = factor.and_then(|factor| factor.step_of(code, now));
    // RFC 6238 section 5.2: a code that was accepted is not accepted again.
    let fresh = step.filter(|step| !state.refuse_code_replay || stored.totp_step.is_none_or(|last| *step > last));
    let Some(step) = fresh.filter(|_| account.is_open(now)) else {
        users::update_failed(&mut transaction, account.id, account.rest_after_failure(now)).await?;
        let reason = if step.is_some() {
            "code_used_before"
        } else {
            "wrong_code"
        };
        let record = record.outcome(Outcome::Denied).detail("reason", reason);
        state
            .mailbox
            .enqueue(&mut transaction, Some(organization_id), &record)
            .await?;
        transaction.commit().await?;
        return Err(VerifySecondFactorError::Refused);
    };
    users::update_signed_in(&mut transaction, account.id, Some(step)).await?;
    sessions::delete_challenge(&mut transaction, &mfa_token.hash(), now).await?;
    let grant = begin_session(state, &mut transaction, account, challenge.device_id).await?;
    let record = record.detail("session_id", grant.session_id.to_string());
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(grant)
}
