//! Whether a session has ended: what a token's signature alone cannot show.

use crate::{
    AppState,
    store::{clients, sessions},
};
use mc_access::{Claims, Principal, RequestContext, SessionSource, tenancy};
use mc_vocabulary::Clock;
use sqlx::PgPool;

/// Whether the session of `principal`, or a machine's credentials, is still valid. The principal is
/// the caller, or the subject of a token that the caller presents.
///
/// # Errors
/// Where the store fails.
pub async fn execute(context: &RequestContext, state: &AppState, principal: &Principal) -> Result<bool, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    if let Some(client_id) = principal.client_id() {
        return clients::exists_enabled(&mut transaction, context.organization_id(), client_id).await;
    }
    let Some(session_id) = principal.session_id else {
        return Ok(false);
    };
    sessions::exists_open(
        &mut transaction,
        context.organization_id(),
        session_id,
        state.clock.now(),
    )
    .await
}

/// The sessions of the store, for auth's own check of tokens.
pub struct StoredSessions {
    pub pool: PgPool,
    pub clock: Clock,
}

#[async_trait::async_trait]
impl SessionSource for StoredSessions {
    async fn is_open(&self, _token: &str, claims: &Claims) -> Option<bool> {
        let mut transaction = tenancy::begin(&self.pool, claims.org).await.ok()?;
        sessions::exists_open(&mut transaction, claims.org, claims.sid?, self.clock.now())
            .await
            .ok()
    }
}
