//! Stores a breaker's change.

use crate::{
    AppState,
    domain::BreakerState,
    store::breakers::{self, Change},
};
use mc_access::{RequestContext, System, tenancy};
use mc_contracts::{BreakerChanged, Envelope};

/// Why the change was not stored.
#[derive(Debug, thiserror::Error)]
pub enum RecordBreakerChangeError {
    /// The event is not a change of a breaker.
    #[error("the event is not a change of a breaker")]
    Malformed,
    /// The store failed.
    #[error("the change cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Applies the event once. The latest change wins, in whatever order events arrive.
///
/// # Errors
/// [`RecordBreakerChangeError::Malformed`] where the event can never be applied.
pub async fn execute(
    context: &RequestContext<System>,
    state: &AppState,
    envelope: &Envelope,
) -> Result<(), RecordBreakerChangeError> {
    let event: BreakerChanged = envelope.event().map_err(|_| RecordBreakerChangeError::Malformed)?;
    let states = (BreakerState::of(&event.from), BreakerState::of(&event.to));
    let (Some(from), Some(to)) = states else {
        return Err(RecordBreakerChangeError::Malformed);
    };
    let change = Change {
        event_id: envelope.id,
        service: &envelope.source,
        upstream: &event.upstream,
        holder: &context.tenant().map(|id| id.to_string()).unwrap_or_default(),
        from,
        to,
        reason: &event.reason,
        changed_at: event.at,
        recorded_at: state.clock.now(),
    };
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    if state
        .mailbox
        .is_first_delivery(&mut transaction, "console.breakers", envelope.id)
        .await?
    {
        breakers::insert_change(&mut transaction, &change).await?;
        breakers::update_latest(&mut transaction, &change).await?;
        transaction.commit().await?;
    }
    Ok(())
}
