//! Remembers how a breaker changed.

use crate::{
    AppState,
    domain::BreakerState,
    store::breakers::{self, Change},
};
use mc_access::tenancy;
use mc_contracts::{BreakerChanged, Envelope};

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum RecordBreakerChangeError {
    /// Not a change of a breaker.
    #[error("the event is no change of a breaker")]
    Malformed,
    /// The store.
    #[error("the change cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Applies the event once. A later change wins, in whatever order they come.
///
/// # Errors
/// [`RecordBreakerChangeError`].
pub async fn record_breaker_change(state: &AppState, envelope: &Envelope) -> Result<(), RecordBreakerChangeError> {
    let event: BreakerChanged = envelope.event().map_err(|_| RecordBreakerChangeError::Malformed)?;
    let words = (BreakerState::of(&event.from), BreakerState::of(&event.to));
    let (Some(from), Some(to)) = words else {
        return Err(RecordBreakerChangeError::Malformed);
    };
    let change = Change {
        event_id: envelope.id,
        service: &envelope.source,
        upstream: &event.upstream,
        holder: &envelope.organization_id.map(|id| id.to_string()).unwrap_or_default(),
        from,
        to,
        reason: &event.reason,
        changed_at: event.at,
        recorded_at: state.clock.now(),
    };
    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
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
