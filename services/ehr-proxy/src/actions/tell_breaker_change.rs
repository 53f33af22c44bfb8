//! The breaker before an EHR has changed its state: the platform is told.

use crate::{Desk, events, gateway::organization_of};
use mc_access::wall;
use mc_upstream::BreakerChange;

/// Puts the change into the outbox.
///
/// # Errors
/// The database's.
pub async fn tell_breaker_change(desk: &Desk, change: &BreakerChange) -> Result<(), sqlx::Error> {
    let mut transaction = wall::begin_as_platform(&desk.pool).await?;
    desk.mailbox
        .post(
            &mut transaction,
            organization_of(change),
            &events::breaker_changed(change),
        )
        .await?;
    transaction.commit().await
}
