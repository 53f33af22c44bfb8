//! Prunes months that are past retention.
//!
//! The log says it first: an announcement in each tree names the events that go. Only when it stands in the log under a signed checkpoint
//! are they taken out, all of a month in one transaction, and only those that it names. A crash between the two leaves an announcement
//! that nothing followed yet; the next run carries it out. So there is never a missing event that the log does not explain.

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
    /// What stands in the log under that id announces something else.
    #[error("event {0} does not announce the pruning that was prepared; verify the log")]
    Contradicted(Uuid),
    /// The store.
    #[error("the log cannot be pruned")]
    Store(#[from] sqlx::Error),
}

/// The months that are past retention, with what of them can be pruned, by tree. Nothing is changed.
pub async fn plan(maintenance: &MaintenanceState) -> Result<Vec<(NaiveDate, BTreeMap<Uuid, Plan>)>, sqlx::Error> {
    let now = maintenance.clock.now();
    let mut transaction = tenancy::begin_as_platform(&maintenance.pool).await?;
    let mut plans = Vec::new();
    for month in retention::list_months(&mut transaction).await? {
        if maintenance.retention.is_past(month, now) {
            let plan = retention::list_prunable(&mut transaction, month, Retention::logged_before(now)).await?;
            plans.push((month, plan));
        }
    }
    Ok(plans)
}

/// Announces in the log what of a month will go. Harmless where an announcement waits to be carried out. Returns how many wait.
pub async fn announce(maintenance: &MaintenanceState, month: NaiveDate) -> Result<usize, sqlx::Error> {
    let now = maintenance.clock.now();
    let mut transaction = tenancy::begin_as_platform(&maintenance.pool).await?;
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

/// Carries out what was announced of a month. Returns how many events went.
///
/// # Errors
/// [`PruneError`]; then nothing was changed.
pub async fn execute(maintenance: &MaintenanceState, month: NaiveDate) -> Result<i64, PruneError> {
    let now = maintenance.clock.now();
    let mut transaction = tenancy::begin_as_platform(&maintenance.pool).await?;
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

/// What the log itself announces, not what was meant to be announced.
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
