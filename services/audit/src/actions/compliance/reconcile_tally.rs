//! Compares what services say they recorded with what stands in the log.

use crate::{
    AppState,
    store::{
        compliance::tallies::{self},
        log::events,
    },
};
use mc_access::tenancy;
use mc_contracts::Tally;
use mc_vocabulary::EventId;

/// Counts what of a service's tally stands in the log, and notes both. Applied once by event id.
pub async fn execute(state: &AppState, event_id: EventId, service: &str, tally: &Tally) -> Result<(), sqlx::Error> {
    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
    if !state
        .mailbox
        .is_first_delivery(&mut transaction, "audit.tallies", event_id)
        .await?
    {
        return Ok(());
    }
    let logged = events::count_recorded_by(&mut transaction, service, tally.since, tally.until).await?;
    tallies::insert(&mut transaction, service, tally, logged, state.clock.now()).await?;
    transaction.commit().await
}
