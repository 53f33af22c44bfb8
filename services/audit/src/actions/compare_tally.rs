//! Compares what services say they recorded with what stands in the log.

use crate::{
    Desk,
    store::{
        events,
        tallies::{self, Compared},
    },
};
use chrono::{DateTime, Utc};
use mc_access::wall;
use mc_contracts::Tally;
use mc_vocabulary::EventId;

/// Counts what of a service's tally stands in the log, and notes both. Applied once by event id.
///
/// # Errors
/// The database's.
pub async fn compare_tally(desk: &Desk, event_id: EventId, service: &str, tally: &Tally) -> Result<(), sqlx::Error> {
    let mut transaction = wall::begin_as_platform(&desk.pool).await?;
    if !desk
        .mailbox
        .first_time(&mut transaction, "audit.tallies", event_id)
        .await?
    {
        return Ok(());
    }
    let logged = events::count_told(&mut transaction, service, tally.since, tally.until).await?;
    tallies::insert(&mut transaction, service, tally, logged, desk.clock.now()).await?;
    transaction.commit().await
}

/// Counts again what did not agree: an event may have been on its way. Returns what still does not.
///
/// # Errors
/// The database's.
pub async fn compare_again(desk: &Desk) -> Result<Vec<Compared>, sqlx::Error> {
    let mut transaction = wall::begin_as_platform(&desk.pool).await?;
    let mut open = Vec::new();
    for mut compared in tallies::list_open(&mut transaction, 1_000).await? {
        let tally = Tally {
            since: compared.since,
            until: compared.until,
            recorded: compared.recorded,
        };
        compared.logged = events::count_told(&mut transaction, &compared.service, tally.since, tally.until).await?;
        compared.compared_at = desk.clock.now();
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
pub async fn list_tallies(desk: &Desk, since: DateTime<Utc>) -> Result<Vec<Compared>, sqlx::Error> {
    let mut transaction = wall::begin_as_platform(&desk.pool).await?;
    tallies::list_sums(&mut transaction, since).await
}
