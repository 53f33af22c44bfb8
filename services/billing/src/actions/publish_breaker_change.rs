//! Tells the others how Stripe's breaker stands.

use crate::AppState;
use mc_access::tenancy;
use mc_contracts::BreakerChanged;
use mc_upstream::BreakerChange;

/// Puts the change into the outbox.
///
/// # Errors
/// The database's.
pub async fn publish_breaker_change(state: &AppState, change: BreakerChange) -> Result<(), sqlx::Error> {
    let event = BreakerChanged {
        upstream: change.upstream,
        from: change.from.as_str().to_owned(),
        to: change.to.as_str().to_owned(),
        at: change.at,
        reason: change.reason.to_owned(),
    };
    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
    state.mailbox.enqueue(&mut transaction, None, &event).await?;
    transaction.commit().await
}
