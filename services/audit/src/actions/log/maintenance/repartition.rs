//! Events of no known month get their month.

use crate::{
    MaintenanceState,
    actions::log::maintenance::create_partitions,
    store::log::{retention, trees},
};
use chrono::TimeDelta;
use mc_access::tenancy;

/// An id may be a little ahead of the clock.
const AHEAD: TimeDelta = TimeDelta::days(31);

/// Adds the months ahead and sorts what came under an id of a month that was not there. Returns how many events that were.
pub async fn execute(maintenance: &MaintenanceState) -> Result<i64, sqlx::Error> {
    create_partitions::execute(&maintenance.pool, &maintenance.clock).await?;
    let mut transaction = tenancy::begin_as_platform(&maintenance.pool).await?;
    // Nobody appends meanwhile.
    trees::get_for_update(&mut transaction, &[]).await?;
    let sorted = retention::update_other(&mut transaction, maintenance.clock.now() + AHEAD).await?;
    transaction.commit().await?;
    Ok(sorted)
}
