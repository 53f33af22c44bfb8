//! What a caller gets who has proven who they are.

use crate::{
    AppState,
    domain::{Account, Opaque},
    store::sessions::{self, Session},
};
use mc_vocabulary::SessionId;
use sqlx::PgConnection;

/// Tokens and whose they are.
pub struct Grant {
    /// Whose.
    pub account: Account,
    /// Under which sign-in.
    pub session_id: SessionId,
    /// For every service.
    pub access_token: String,
    /// For another grant, once.
    pub refresh_token: String,
    /// Life of the access token, in seconds.
    pub expires_in_s: i64,
}

/// The library that signs or makes random numbers failed.
#[derive(Debug, thiserror::Error)]
#[error("no token can be made")]
pub struct NoToken;

/// Why no tokens were given.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// The store.
    #[error("the sign-in cannot be stored")]
    Store(#[from] sqlx::Error),
    /// The library.
    #[error(transparent)]
    NoToken(#[from] NoToken),
}

/// Begins a sign-in.
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
        expires_at: now + state.life.session,
        revoked: false,
    };
    sessions::insert(transaction, account.organization_id, &session, now).await?;
    tokens(state, transaction, account, &session).await
}

/// Gives tokens under a sign-in.
pub async fn tokens(
    state: &AppState,
    transaction: &mut PgConnection,
    account: Account,
    session: &Session,
) -> Result<Grant, GrantError> {
    let now = state.clock.now();
    let life = state.life.access.min(session.expires_at - now);
    let access_token = state
        .signer
        .for_account(&account, session.id, &session.device_id, now, life)
        .ok_or(NoToken)?;
    let refresh = Opaque::generate().ok_or(NoToken)?;
    sessions::insert_refresh(transaction, &refresh.hash(), account.organization_id, session.id, now).await?;
    Ok(Grant {
        account,
        session_id: session.id,
        access_token,
        refresh_token: refresh.reveal().to_owned(),
        expires_in_s: life.num_seconds(),
    })
}
