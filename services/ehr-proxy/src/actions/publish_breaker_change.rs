//! The breaker before an EHR has changed its state: the platform is told.

use crate::{AppState, events, gateway::organization_of};
use mc_access::tenancy;
use mc_upstream::BreakerChange;

/// Puts the change into the outbox.
///
/// # Errors
/// The database's.
pub async fn publish_breaker_change(state: &AppState, change: &BreakerChange) -> Result<(), sqlx::Error> {
    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
    state
        .mailbox
        .enqueue(
            &mut transaction,
            organization_of(change),
            &events::breaker_changed(change),
        )
        .await?;
    transaction.commit().await
}
