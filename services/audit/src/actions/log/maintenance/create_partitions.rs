//! Creates the partitions of the coming months.

use crate::store::log::events;
use chrono::{Datelike, Months};
use mc_access::tenancy;
use mc_vocabulary::Clock;
use sqlx::PgPool;

/// This month and the two after it.
const AHEAD: u32 = 3;

/// Creates the partitions of this month and the next two, where they do not exist.
pub async fn execute(pool: &PgPool, clock: &Clock) -> Result<(), sqlx::Error> {
    let today = clock.now().date_naive();
    let this = today.with_day(1).unwrap_or(today);
    let mut transaction = tenancy::begin_as_platform(pool).await?;
    for ahead in 0..AHEAD {
        events::insert_month(&mut transaction, this + Months::new(ahead)).await?;
    }
    transaction.commit().await
}
