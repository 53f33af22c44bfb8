//! Faults that are on, and when each behavior was applied last.

use crate::domain::fault::{Fault, Switch, Target};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// All faults that are on.
#[tracing::instrument(level = "debug", name = "faults.list", skip_all)]
pub async fn list(connection: &mut PgConnection) -> Result<Vec<Switch>, sqlx::Error> {
    let rows = sqlx::query!("SELECT target, fault, times_left FROM sandbox.faults ORDER BY target, fault")
        .fetch_all(connection)
        .await?;
    // A value that this version does not know was written by a newer one and is ignored.
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Switch {
                target: row.target.parse().ok()?,
                fault: row.fault.parse().ok()?,
                times: row.times_left.and_then(|times| u32::try_from(times).ok()),
            })
        })
        .collect())
}

/// The faults of one target, in the order in which they were switched on.
#[tracing::instrument(level = "debug", name = "faults.list_of", skip_all)]
pub async fn list_of(connection: &mut PgConnection, target: Target) -> Result<Vec<Fault>, sqlx::Error> {
    let values = sqlx::query_scalar!(
        "SELECT fault FROM sandbox.faults WHERE target = $1 ORDER BY set_at, fault",
        target.as_str()
    )
    .fetch_all(connection)
    .await?;
    Ok(values.iter().filter_map(|value| value.parse().ok()).collect())
}

/// Switches a fault on, or changes its remaining count.
#[tracing::instrument(level = "debug", name = "faults.upsert", skip_all)]
pub async fn upsert(connection: &mut PgConnection, switch: Switch, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let times = switch.times.map(|times| i32::try_from(times).unwrap_or(i32::MAX));
    sqlx::query!(
        "INSERT INTO sandbox.faults (target, fault, times_left, set_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (target, fault) DO UPDATE SET times_left = excluded.times_left, set_at = excluded.set_at",
        switch.target.as_str(),
        switch.fault.as_str(),
        times,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Reduces the remaining count by one; true where the fault was on.
#[tracing::instrument(level = "debug", name = "faults.update_used", skip_all)]
pub async fn update_used(connection: &mut PgConnection, target: Target, fault: Fault) -> Result<bool, sqlx::Error> {
    let (target, fault) = (target.as_str(), fault.as_str());
    let ended = sqlx::query!(
        "DELETE FROM sandbox.faults WHERE target = $1 AND fault = $2 AND times_left = 1",
        target,
        fault
    )
    .execute(&mut *connection)
    .await?;
    if ended.rows_affected() > 0 {
        return Ok(true);
    }
    let used = sqlx::query!(
        "UPDATE sandbox.faults SET times_left = times_left - 1 WHERE target = $1 AND fault = $2",
        target,
        fault
    )
    .execute(connection)
    .await?;
    Ok(used.rows_affected() > 0)
}

/// Switches faults off; None selects all.
#[tracing::instrument(level = "debug", name = "faults.delete", skip_all)]
pub async fn delete(
    connection: &mut PgConnection,
    target: Option<Target>,
    fault: Option<Fault>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM sandbox.faults WHERE ($1::text IS NULL OR target = $1) AND ($2::text IS NULL OR fault = $2)",
        target.map(Target::as_str),
        fault.map(Fault::as_str)
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Sets the mark `name` unless it was set after `since`; true where this call set it.
#[tracing::instrument(level = "debug", name = "faults.upsert_mark", skip_all)]
pub async fn upsert_mark(
    connection: &mut PgConnection,
    name: &str,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let set = sqlx::query!(
        "INSERT INTO sandbox.marks (name, marked_at) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET marked_at = excluded.marked_at WHERE marks.marked_at <= $3",
        name,
        now,
        since
    )
    .execute(connection)
    .await?;
    Ok(set.rows_affected() > 0)
}
