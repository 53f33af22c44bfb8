//! Ends a session.

use crate::{AppState, store::sessions};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;

pub(crate) const ACTION: &str = "auth.logout";

/// Ends the caller's session; without effect where it has ended. Each call is on record.
///
/// # Errors
/// Where the end or its record cannot be stored.
pub async fn execute(context: &RequestContext, state: &AppState) -> Result<(), sqlx::Error> {
    let Some(session_id) = context.caller().session_id else {
        return Ok(());
    };
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let ended = sessions::update_revoked(&mut transaction, session_id, "signed out", state.clock.now()).await?;
    let record = context
        .audit(ACTION, Interaction::Execute)
        .entity("Session", session_id)
        .detail("ended_now", ended);
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    transaction.commit().await
}
