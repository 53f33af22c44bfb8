//! The others are told that a breaker before a payer changed its state.

use crate::{AppState, events};
use mc_access::tenancy;
use mc_upstream::BreakerChange;

/// Puts the change into the outbox.
///
/// # Errors
/// The database's; the caller tries again.
pub async fn publish_breaker_change(state: &AppState, change: &BreakerChange) -> Result<(), sqlx::Error> {
    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
    state
        .mailbox
        .enqueue(&mut transaction, None, &events::breaker_changed(change))
        .await?;
    transaction.commit().await
}
