//! The end of a sign-in.

use crate::{Desk, store::sessions};
use mc_access::{Principal, wall};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;

/// Ends the caller's sign-in; harmless where it has ended. Recorded (A5).
///
/// # Errors
/// The database's.
pub async fn sign_out(desk: &Desk, caller: &Principal, origin: &Origin) -> Result<(), sqlx::Error> {
    let Some(session_id) = caller.session_id else {
        return Ok(());
    };
    let mut transaction = wall::begin(&desk.pool, caller.organization_id).await?;
    let ended = sessions::update_revoked(&mut transaction, session_id, "signed out", desk.clock.now()).await?;
    let record = desk
        .mailbox
        .audit_of("auth.logout", Interaction::Execute, caller, origin)
        .entity("Session", session_id)
        .detail("ended_now", ended);
    desk.mailbox
        .post(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    transaction.commit().await
}
