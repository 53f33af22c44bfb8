//! Creates the partitions of the coming months.

use crate::store::log::events;
use chrono::{Datelike, Months};
use mc_access::tenancy::{self, WorkerPool};
use mc_vocabulary::Clock;

/// This month and the two after it.
const AHEAD: u32 = 3;

/// Creates the partitions of this month and the next two, where they do not exist.
pub async fn execute(worker_pool: &WorkerPool, clock: &Clock) -> Result<(), sqlx::Error> {
    let today = clock.now().date_naive();
    let this = today.with_day(1).unwrap_or(today);
    let mut transaction = tenancy::begin_as_platform(worker_pool).await?;
    for ahead in 0..AHEAD {
        events::insert_month(&mut transaction, this + Months::new(ahead)).await?;
    }
    transaction.commit().await
}
