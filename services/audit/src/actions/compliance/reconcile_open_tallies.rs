//! Counts again the tallies that did not agree.

use crate::{
    AppState,
    store::{
        compliance::tallies::{self, Compared},
        log::events,
    },
};
use mc_access::tenancy;
use mc_contracts::Tally;

/// Counts again, because events may have been on their way. Returns the tallies that still do not
/// agree.
pub async fn execute(state: &AppState) -> Result<Vec<Compared>, sqlx::Error> {
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
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
