//! Tells the others how Stripe's breaker stands.

use crate::Desk;
use mc_access::wall;
use mc_contracts::BreakerChanged;
use mc_upstream::BreakerChange;

/// Puts the change into the outbox.
///
/// # Errors
/// The database's.
pub async fn tell_breaker_change(desk: &Desk, change: BreakerChange) -> Result<(), sqlx::Error> {
    let event = BreakerChanged {
        upstream: change.upstream,
        from: change.from.as_str().to_owned(),
        to: change.to.as_str().to_owned(),
        at: change.at,
        reason: change.reason.to_owned(),
    };
    let mut transaction = wall::begin_as_platform(&desk.pool).await?;
    desk.mailbox.post(&mut transaction, None, &event).await?;
    transaction.commit().await
}
