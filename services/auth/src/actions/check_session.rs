//! Whether a session has ended: what a token's signature alone cannot show.

use crate::{
    AppState,
    store::{clients, sessions},
};
use mc_access::{Principal, RequestContext, tenancy};

/// Whether the session of `principal`, or a machine's credentials, is still valid. The principal is
/// the caller, or the subject of a token that the caller presents.
///
/// # Errors
/// Where the store fails.
pub async fn execute(context: &RequestContext, state: &AppState, principal: &Principal) -> Result<bool, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    if let Some(client_id) = principal.client_id() {
        return Ok(clients::find(&mut transaction, client_id).await?.is_some());
    }
    let Some(session_id) = principal.session_id else {
        return Ok(false);
    };
    let session = sessions::get_for_update(&mut transaction, session_id).await?;
    Ok(session.is_some_and(|session| !session.revoked && session.expires_at > state.clock.now()))
}
