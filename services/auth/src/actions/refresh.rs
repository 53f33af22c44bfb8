//! Exchanges a refresh token for new tokens. Each is valid once: one presented twice may have been
//! stolen, so the session ends.

use super::{
    end_session::end_session,
    grant::{Grant, GrantError, issue_tokens},
    sign_in::actor,
};
use crate::{
    AppState,
    domain::Opaque,
    store::{
        sessions::{self, RefreshToken},
        users,
    },
};
use mc_access::{RequestContext, System, tenancy};
use mc_contracts::{Interaction, Outcome, RevocationReason};

/// Why no tokens were issued.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// Unknown, used before, or the session has ended.
    #[error("the refresh token is not accepted")]
    Refused,
    /// Tokens could not be issued.
    #[error("the session cannot be refreshed")]
    Grant(#[from] GrantError),
}

impl From<sqlx::Error> for RefreshError {
    fn from(error: sqlx::Error) -> Self {
        Self::Grant(error.into())
    }
}

/// Exchanges a refresh token (RFC 6749 section 6, with the rotation that OAuth 2.1 requires). Each
/// attempt with a known token is on record.
///
/// # Errors
/// [`RefreshError`].
pub async fn execute(
    context: &RequestContext<System>,
    state: &AppState,
    presented: &Opaque,
) -> Result<Grant, RefreshError> {
    let now = state.clock.now();
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let RefreshToken {
        organization_id,
        session_id,
        is_used: used,
    } = sessions::get_refresh_for_update(&mut transaction, &presented.hash())
        .await?
        .ok_or(RefreshError::Refused)?;
    let session = sessions::get_for_update(&mut transaction, organization_id, session_id)
        .await?
        .ok_or(RefreshError::Refused)?;
    let stored = users::find(&mut transaction, organization_id, session.user_id)
        .await?
        .ok_or(RefreshError::Refused)?;
    let account = stored.account;
    let mut actor = actor(&account);
    actor.session_id = Some(session_id.to_string());
    let record = context
        .audit_as(actor, "auth.refresh", Interaction::Execute)
        .entity("Session", session_id);
    if used || session.revoked || session.expires_at <= now || account.disabled {
        let reason = if used { "refresh_token_reused" } else { "session_ended" };
        let ends = if used {
            Some(RevocationReason::RefreshTokenReused)
        } else {
            account.disabled.then_some(RevocationReason::UserDisabled)
        };
        if let Some(reason) = ends {
            end_session(state, &mut transaction, organization_id, session_id, reason).await?;
        }
        let record = record.outcome(Outcome::Denied).detail("reason", reason);
        state
            .mailbox
            .enqueue(&mut transaction, Some(organization_id), &record)
            .await?;
        transaction.commit().await?;
        return Err(RefreshError::Refused);
    }
    sessions::update_refresh_used(&mut transaction, organization_id, &presented.hash(), now).await?;
    let grant = issue_tokens(state, &mut transaction, account, &session).await?;
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(grant)
}
