//! Signs out: ends the caller's session.

use super::end_session::end_session;
use crate::AppState;
use mc_access::{RequestContext, tenancy};
use mc_contracts::{Interaction, RevocationReason};

pub(crate) const ACTION: &str = "auth.logout";

/// Ends the caller's session; without effect where it has ended. Each call is on record. Every
/// service refuses the session's access tokens within a second.
///
/// # Errors
/// Where the end or its record cannot be stored.
pub async fn execute(context: &RequestContext, state: &AppState) -> Result<(), sqlx::Error> {
    let Some(session_id) = context.caller().session_id else {
        return Ok(());
    };
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let (organization_id, reason) = (context.organization_id(), RevocationReason::SignedOut);
    let ended = end_session(state, &mut transaction, organization_id, session_id, reason).await?;
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
