//! Prunes months that are past retention.
//!
//! First an announcement in each tree names the events to prune. Only when it is in the log under a
//! signed checkpoint are exactly the named events of a month removed, in one transaction. A crash
//! between the two steps leaves an announcement that the next run carries out. So the log explains
//! every missing event.

use crate::{
    MaintenanceState,
    domain::{
        Retention,
        retention::{PRUNED, PRUNER, Plan, Pruning},
    },
    store::log::{checkpoints, events, retention, trees},
};
use chrono::NaiveDate;
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_vocabulary::OrganizationId;
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Why nothing was pruned.
#[derive(Debug, thiserror::Error)]
pub enum PruneError {
    /// An announcement is still on its way into the log.
    #[error(
        "the announcement {0} is not yet in the log under a signed checkpoint; is the audit service running? Prune again later"
    )]
    NotLogged(Uuid),
    /// The logged event of that id announces something else.
    #[error("event {0} does not announce the pruning that was prepared; verify the log")]
    Contradicted(Uuid),
    /// The store failed.
    #[error("the log cannot be pruned")]
    Store(#[from] sqlx::Error),
}

/// The months past retention, with what can be pruned of them by tree. Changes nothing.
pub async fn plan(maintenance: &MaintenanceState) -> Result<Vec<(NaiveDate, BTreeMap<Uuid, Plan>)>, sqlx::Error> {
    let now = maintenance.clock.now();
    let mut transaction = tenancy::begin_as_platform(&maintenance.worker_pool).await?;
    let mut plans = Vec::new();
    for month in retention::list_months(&mut transaction).await? {
        if maintenance.retention.is_past(month, now) {
            let plan = retention::list_prunable(&mut transaction, month, Retention::logged_before(now)).await?;
            plans.push((month, plan));
        }
    }
    Ok(plans)
}

/// Announces the pruning of a month, unless an announcement is waiting. Returns the number of
/// waiting announcements.
pub async fn announce(maintenance: &MaintenanceState, month: NaiveDate) -> Result<usize, sqlx::Error> {
    let now = maintenance.clock.now();
    let mut transaction = tenancy::begin_as_platform(&maintenance.worker_pool).await?;
    trees::get_for_update(&mut transaction, &[]).await?;
    let waiting = retention::list_announced(&mut transaction, month).await?;
    if !waiting.is_empty() {
        return Ok(waiting.len());
    }
    let plans = retention::list_prunable(&mut transaction, month, Retention::logged_before(now)).await?;
    let mut announced = 0;
    for (tree, plan) in &plans {
        for pruning in plan.announcements(month) {
            announce_in_tree(maintenance, &mut transaction, *tree, &pruning).await?;
            announced += 1;
        }
    }
    transaction.commit().await?;
    Ok(announced)
}

async fn announce_in_tree(
    maintenance: &MaintenanceState,
    transaction: &mut PgConnection,
    tree: Uuid,
    pruning: &Pruning,
) -> Result<(), sqlx::Error> {
    let mut record = RequestContext::for_worker(PRUNER, &maintenance.clock).audit(PRUNED, Interaction::Delete);
    for (name, value) in pruning.details() {
        record = record.detail(name, value);
    }
    let organization_id = (!tree.is_nil()).then(|| OrganizationId::from(tree));
    let event_id = maintenance
        .mailbox
        .enqueue(transaction, organization_id, &record)
        .await?;
    retention::insert_announced(transaction, event_id, tree, pruning, maintenance.clock.now()).await
}

/// Carries out the announced pruning of a month. Returns the number of pruned events.
///
/// # Errors
/// [`PruneError`]; then nothing was changed.
pub async fn execute(maintenance: &MaintenanceState, month: NaiveDate) -> Result<i64, PruneError> {
    let now = maintenance.clock.now();
    let mut transaction = tenancy::begin_as_platform(&maintenance.worker_pool).await?;
    trees::get_for_update(&mut transaction, &[]).await?;
    let mut named = Vec::new();
    for announced in retention::list_announced(&mut transaction, month).await? {
        let pruning = logged(&mut transaction, &announced).await?;
        if pruning.month != month {
            return Err(PruneError::Contradicted(announced.event_id));
        }
        named.push((announced.tree, pruning));
    }
    if named.is_empty() {
        return Ok(0);
    }
    let pruned = retention::update_month(&mut transaction, month, Retention::logged_before(now), &named, now).await?;
    transaction.commit().await?;
    Ok(pruned)
}

/// The pruning as the log announces it, not as it was meant.
async fn logged(transaction: &mut PgConnection, announced: &retention::Announced) -> Result<Pruning, PruneError> {
    let waits = || PruneError::NotLogged(announced.event_id);
    let event = events::find(transaction, announced.tree, announced.event_id.into())
        .await?
        .ok_or_else(waits)?;
    let signed = checkpoints::find_newest(transaction, announced.tree).await?;
    if signed.is_none_or(|newest| newest.size <= event.index) {
        return Err(waits());
    }
    Pruning::of(&event.leaf).ok_or(PruneError::Contradicted(announced.event_id))
}
