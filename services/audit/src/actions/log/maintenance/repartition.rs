//! Moves events into the partition of their month.

use crate::{
    MaintenanceState,
    actions::log::maintenance::create_partitions,
    store::log::{retention, trees},
};
use chrono::TimeDelta;
use mc_access::tenancy;

/// How far an id may be ahead of the clock.
const AHEAD: TimeDelta = TimeDelta::days(31);

/// Creates the coming partitions and moves events that were stored before their partition existed.
/// Returns the number of moved events.
pub async fn execute(maintenance: &MaintenanceState) -> Result<i64, sqlx::Error> {
    create_partitions::execute(&maintenance.worker_pool, &maintenance.clock).await?;
    let mut transaction = tenancy::begin_as_platform(&maintenance.worker_pool).await?;
    // Keeps other processes from appending.
    trees::get_for_update(&mut transaction, &[]).await?;
    let sorted = retention::update_other(&mut transaction, maintenance.clock.now() + AHEAD).await?;
    transaction.commit().await?;
    Ok(sorted)
}
