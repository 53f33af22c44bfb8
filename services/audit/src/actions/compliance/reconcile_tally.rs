//! Compares what a service reports as recorded with what is in the log.

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

/// Counts the logged events of a service's tally and stores both figures. Applied once per event
/// id.
pub async fn execute(state: &AppState, event_id: EventId, service: &str, tally: &Tally) -> Result<(), sqlx::Error> {
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
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
