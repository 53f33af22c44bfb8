//! Compares what services say they recorded with what stands in the log.

use crate::{
    AppState,
    store::{
        compliance::tallies::{self, Compared},
        log::events,
    },
};
use chrono::{DateTime, Utc};
use mc_access::tenancy;
use mc_contracts::Tally;
use mc_vocabulary::EventId;

/// Counts what of a service's tally stands in the log, and notes both. Applied once by event id.
///
/// # Errors
/// The database's.
pub async fn reconcile_tally(
    state: &AppState,
    event_id: EventId,
    service: &str,
    tally: &Tally,
) -> Result<(), sqlx::Error> {
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

/// Counts again what did not agree: an event may have been on its way. Returns what still does not.
///
/// # Errors
/// The database's.
pub async fn reconcile_open_tallies(state: &AppState) -> Result<Vec<Compared>, sqlx::Error> {
    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
    let mut open = Vec::new();
    for mut compared in tallies::list_open(&mut transaction, 1_000).await? {
        let tally = Tally {
            since: compared.since,
            until: compared.until,
            recorded: compared.recorded,
        };
        compared.logged =
            events::count_recorded_by(&mut transaction, &compared.service, tally.since, tally.until).await?;
        compared.compared_at = state.clock.now();
        tallies::insert(
            &mut transaction,
            &compared.service,
            &tally,
            compared.logged,
            compared.compared_at,
        )
        .await?;
        if compared.logged != compared.recorded {
            open.push(compared);
        }
    }
    transaction.commit().await?;
    Ok(open)
}

/// What each service recorded and what of it stands in the log, since `since`.
///
/// # Errors
/// The database's.
pub async fn list_tallies(state: &AppState, since: DateTime<Utc>) -> Result<Vec<Compared>, sqlx::Error> {
    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
    tallies::list_sums(&mut transaction, since).await
}
