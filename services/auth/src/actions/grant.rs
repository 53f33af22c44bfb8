//! Tokens for a caller who has proven their identity.

use crate::{
    AppState,
    domain::{Account, Opaque},
    store::sessions::{self, Session},
};
use mc_vocabulary::SessionId;
use sqlx::PgConnection;

/// Tokens and their account.
pub struct Grant {
    pub account: Account,
    pub session_id: SessionId,
    /// ES256 JWT that every service accepts.
    pub access_token: String,
    /// Valid once, for another grant.
    pub refresh_token: String,
    /// Lifetime of the access token, in seconds.
    pub expires_in_s: i64,
}

/// Signing or random number generation failed.
#[derive(Debug, thiserror::Error)]
#[error("no token can be made")]
pub struct NoToken;

/// Why no tokens were issued.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// The store failed.
    #[error("the sign-in cannot be stored")]
    Store(#[from] sqlx::Error),
    /// Signing failed.
    #[error(transparent)]
    NoToken(#[from] NoToken),
}

/// Begins a session and issues its first tokens.
pub async fn begin_session(
    state: &AppState,
    transaction: &mut PgConnection,
    account: Account,
    device_id: String,
) -> Result<Grant, GrantError> {
    let now = state.clock.now();
    let session = Session {
        id: SessionId::new(),
        user_id: account.id,
        device_id,
        expires_at: now + state.lifetimes.session,
        revoked: false,
    };
    sessions::insert(transaction, account.organization_id, &session, now).await?;
    issue_tokens(state, transaction, account, &session).await
}

/// Issues tokens of a session.
pub async fn issue_tokens(
    state: &AppState,
    transaction: &mut PgConnection,
    account: Account,
    session: &Session,
) -> Result<Grant, GrantError> {
    let now = state.clock.now();
    let lifetime = state.lifetimes.access.min(session.expires_at - now);
    let access_token = state
        .signer
        .for_account(&account, session.id, &session.device_id, now, lifetime)
        .ok_or(NoToken)?;
    let refresh = Opaque::generate().ok_or(NoToken)?;
    sessions::insert_refresh(transaction, &refresh.hash(), account.organization_id, session.id, now).await?;
    Ok(Grant {
        account,
        session_id: session.id,
        access_token,
        refresh_token: refresh.reveal().to_owned(),
        expires_in_s: lifetime.num_seconds(),
    })
}
