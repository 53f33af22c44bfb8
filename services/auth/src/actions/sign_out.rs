//! The end of a sign-in.

use crate::{AppState, store::sessions};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;

/// Ends the caller's sign-in; harmless where it has ended. Recorded (A5).
///
/// # Errors
/// The database's.
pub async fn sign_out(state: &AppState, caller: &Principal, origin: &Origin) -> Result<(), sqlx::Error> {
    let Some(session_id) = caller.session_id else {
        return Ok(());
    };
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    let ended = sessions::update_revoked(&mut transaction, session_id, "signed out", state.clock.now()).await?;
    let record = state
        .mailbox
        .audit_of("auth.logout", Interaction::Execute, caller, origin)
        .entity("Session", session_id)
        .detail("ended_now", ended);
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    transaction.commit().await
}
