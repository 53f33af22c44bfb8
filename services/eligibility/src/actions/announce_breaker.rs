//! The others are told that a breaker before a payer changed its state.

use crate::{Desk, events};
use mc_access::wall;
use mc_upstream::BreakerChange;

/// Puts the change into the outbox.
///
/// # Errors
/// The database's; the caller tries again.
pub async fn announce_breaker(desk: &Desk, change: &BreakerChange) -> Result<(), sqlx::Error> {
    let mut transaction = wall::begin_as_platform(&desk.pool).await?;
    desk.mailbox
        .post(&mut transaction, None, &events::breaker_changed(change))
        .await?;
    transaction.commit().await
}
