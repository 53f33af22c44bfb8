//! Disables an account: it neither signs in nor refreshes, and its sessions end everywhere.

use super::end_session::end_session;
use crate::{
    AppState,
    store::{sessions, users},
};
use mc_access::{RequestContext, System, tenancy};
use mc_contracts::{Interaction, RevocationReason};
use mc_vocabulary::UserId;

/// Disables an account and returns the number of sessions that ended; None where there is no such
/// account. Without effect on one that is disabled.
///
/// # Errors
/// Where the end or its record cannot be stored.
pub async fn execute(
    context: &RequestContext<System>,
    state: &AppState,
    user_id: UserId,
) -> Result<Option<usize>, sqlx::Error> {
    let now = state.clock.now();
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let Some(organization_id) = users::find_organization(&mut transaction, user_id).await? else {
        return Ok(None);
    };
    // Locks the account first, as a sign-in does.
    users::update_disabled(&mut transaction, organization_id, user_id, now).await?;
    let mut ended = 0;
    for session_id in sessions::list_open(&mut transaction, organization_id, user_id, now).await? {
        let reason = RevocationReason::UserDisabled;
        if end_session(state, &mut transaction, organization_id, session_id, reason).await? {
            ended += 1;
        }
    }
    let record = context
        .audit("auth.user.disable", Interaction::Update)
        .entity("User", user_id)
        .detail("sessions_ended", ended);
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(Some(ended))
}
