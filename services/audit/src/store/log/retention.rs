//! Partitions and prunings. The work is done by functions of the schema that only its owner may
//! call.

use crate::{
    domain::retention::{Plan, Pruning},
    store::rows,
};
use chrono::{DateTime, NaiveDate, Utc};
use mc_access::tenancy;
use mc_vocabulary::EventId;
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Months that have a partition, oldest first.
#[tracing::instrument(level = "debug", name = "retention.list_months", skip_all)]
pub async fn list_months(connection: &mut PgConnection) -> Result<Vec<NaiveDate>, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT month AS "month!" FROM audit.months() AS m (month)"#)
        .fetch_all(connection)
        .await
}

/// What can be pruned of a month, by tree. A tree whose events are all on hold has no range.
#[tracing::instrument(level = "debug", name = "retention.list_prunable", skip_all)]
pub async fn list_prunable(
    connection: &mut PgConnection,
    month: NaiveDate,
    logged_before: DateTime<Utc>,
) -> Result<BTreeMap<Uuid, Plan>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT tree AS "tree!", first_index, end_index, held AS "held!" FROM audit.plan_pruning($1, $2)"#,
        month,
        logged_before
    )
    .fetch_all(connection)
    .await?;
    let mut plans: BTreeMap<Uuid, Plan> = BTreeMap::new();
    for row in rows {
        let plan = plans.entry(row.tree).or_insert_with(|| Plan {
            ranges: Vec::new(),
            kept_for_hold: 0,
        });
        plan.kept_for_hold += row.held;
        plan.ranges.extend(row.first_index.zip(row.end_index));
    }
    Ok(plans)
}

/// A pruning that was announced.
#[derive(Debug, Clone)]
pub struct Announced {
    /// The event that announces it.
    pub event_id: Uuid,
    /// Its tree.
    pub tree: Uuid,
}

/// Adds an announced pruning.
#[tracing::instrument(level = "debug", name = "retention.insert_announced", skip_all)]
pub async fn insert_announced(
    connection: &mut PgConnection,
    event_id: EventId,
    tree: Uuid,
    pruning: &Pruning,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO audit.prunings (event_id, organization_id, month, events, kept_for_hold, announced_at) VALUES ($1, $2, $3, $4, $5, $6)",
        event_id.uuid(),
        tree,
        pruning.month,
        pruning.events(),
        pruning.kept_for_hold,
        now
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// Announced prunings of a month that were not carried out.
#[tracing::instrument(level = "debug", name = "retention.list_announced", skip_all)]
pub async fn list_announced(connection: &mut PgConnection, month: NaiveDate) -> Result<Vec<Announced>, sqlx::Error> {
    sqlx::query_as!(
        Announced,
        "SELECT event_id, organization_id AS tree FROM audit.prunings WHERE month = $1 AND pruned_at IS NULL ORDER BY event_id",
        month
    )
    .fetch_all(connection)
    .await
}

/// Prunes the named ranges of a month, except events under a hold placed since. Returns the number
/// of pruned events.
#[tracing::instrument(level = "debug", name = "retention.update_month", skip_all)]
pub async fn update_month(
    connection: &mut PgConnection,
    month: NaiveDate,
    logged_before: DateTime<Utc>,
    named: &[(Uuid, Pruning)],
    now: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    let ranges = || {
        named
            .iter()
            .flat_map(|(tree, pruning)| pruning.ranges.iter().map(|range| (*tree, *range)))
    };
    let trees: Vec<Uuid> = ranges().map(|(tree, _)| tree).collect();
    let firsts: Vec<i64> = ranges().map(|(_, (first, _))| first).collect();
    let ends: Vec<i64> = ranges().map(|(_, (_, end))| end).collect();
    wait_briefly(connection).await?;
    let pruned = sqlx::query_scalar!(
        r#"SELECT audit.prune($1, $2, $3, $4, $5) AS "pruned!""#,
        month,
        logged_before,
        &trees,
        &firsts,
        &ends
    )
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE audit.prunings SET pruned_at = $2 WHERE month = $1 AND pruned_at IS NULL",
        month,
        now
    )
    .execute(connection)
    .await
    .and_then(rows(named.len()))?;
    Ok(pruned)
}

/// Moves events from the default partition into that of their month. Returns their number.
#[tracing::instrument(level = "debug", name = "retention.update_other", skip_all)]
pub async fn update_other(connection: &mut PgConnection, latest: DateTime<Utc>) -> Result<i64, sqlx::Error> {
    wait_briefly(connection).await?;
    sqlx::query_scalar!(r#"SELECT audit.sort_other($1) AS "sorted!""#, latest)
        .fetch_one(connection)
        .await
}

/// Waiting long for a table lock would block all other statements behind it.
#[tracing::instrument(level = "debug", name = "retention.wait_briefly", skip_all)]
async fn wait_briefly(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("SET LOCAL lock_timeout = '20s'")
        .execute(connection)
        .await
        .map(drop)
}

/// The oldest event of a tree.
#[derive(Debug, Clone)]
pub struct Oldest {
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When its id was made, which decides its partition.
    pub made_at: DateTime<Utc>,
}

/// The oldest event of tree `tree` whose id was made at or after `since`.
#[tracing::instrument(level = "debug", name = "retention.find_oldest", skip_all)]
pub async fn find_oldest(
    connection: &mut PgConnection,
    tree: Uuid,
    since: DateTime<Utc>,
) -> Result<Option<Oldest>, sqlx::Error> {
    sqlx::query_as!(
        Oldest,
        r#"SELECT occurred_at, audit.made_at(event_id) AS "made_at!" FROM audit.events
           WHERE organization_id = $1 AND event_id >= audit.first_id($2) ORDER BY event_id LIMIT 1"#,
        tree,
        since
    )
    .fetch_optional(connection)
    .await
}

/// A month that was pruned, of one tree.
#[derive(Debug, Clone)]
pub struct Pruned {
    /// Its first day.
    pub month: NaiveDate,
    /// Number of announced events.
    pub events: i64,
    /// Number of events kept by holds.
    pub kept_for_hold: i64,
    /// When it was carried out; None: only announced.
    pub pruned_at: Option<DateTime<Utc>>,
}

/// The months of tree `tree` that were pruned, newest first, at most `limit`.
#[tracing::instrument(level = "debug", name = "retention.list_pruned", skip_all)]
pub async fn list_pruned(connection: &mut PgConnection, tree: Uuid, limit: i64) -> Result<Vec<Pruned>, sqlx::Error> {
    sqlx::query_as!(
        Pruned,
        r#"SELECT month, sum(events)::bigint AS "events!", max(kept_for_hold) AS "kept_for_hold!", min(pruned_at) AS pruned_at
           FROM audit.prunings WHERE organization_id = $1 GROUP BY month ORDER BY month DESC LIMIT $2"#,
        tree,
        limit
    )
    .fetch_all(connection)
    .await
}
