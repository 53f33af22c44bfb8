//! Ends a session everywhere: the part that sign-out, refresh and the disabling of an account
//! share.

use crate::{AppState, store::sessions};
use chrono::Duration;
use mc_contracts::{AccessRevoked, RevocationReason};
use mc_vocabulary::{OrganizationId, SessionId};
use sqlx::PgConnection;

/// How far the clocks of processes may differ.
const CLOCK_TOLERANCE: Duration = Duration::minutes(1);

/// Ends a session and publishes its end in the same transaction, so that every service refuses its
/// access tokens. False where it had ended.
pub(super) async fn end_session(
    state: &AppState,
    transaction: &mut PgConnection,
    organization_id: OrganizationId,
    session_id: SessionId,
    reason: RevocationReason,
) -> Result<bool, sqlx::Error> {
    let now = state.clock.now();
    let ended = sessions::update_revoked(transaction, organization_id, session_id, text(reason), now).await?;
    if ended {
        let event = AccessRevoked {
            session_id,
            // The session is locked, so none of its access tokens was issued later than now.
            expires_at: now + state.lifetimes.access + CLOCK_TOLERANCE,
            reason,
        };
        state
            .mailbox
            .enqueue(transaction, Some(organization_id), &event)
            .await?;
    }
    Ok(ended)
}

/// The reason as the store holds it.
fn text(reason: RevocationReason) -> &'static str {
    match reason {
        RevocationReason::SignedOut => "signed out",
        RevocationReason::RefreshTokenReused => "refresh token presented twice",
        RevocationReason::UserDisabled => "account disabled",
        RevocationReason::Other => "other",
    }
}
