//! Whether a token's sign-in is still going on: what a signature alone cannot tell.

use crate::{
    AppState,
    store::{clients, sessions},
};
use mc_access::{Principal, tenancy};

/// Whether the caller's sign-in (or the machine's credentials) still holds.
///
/// # Errors
/// The database's.
pub async fn session_holds(state: &AppState, caller: &Principal) -> Result<bool, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    if let Some(client_id) = caller.client_id() {
        return Ok(clients::find(&mut transaction, client_id).await?.is_some());
    }
    let Some(session_id) = caller.session_id else {
        return Ok(false);
    };
    let session = sessions::get_for_update(&mut transaction, session_id).await?;
    Ok(session.is_some_and(|session| !session.revoked && session.expires_at > state.clock.now()))
}
