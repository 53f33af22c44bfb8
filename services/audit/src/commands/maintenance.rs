//! Work of the owner of the database, done by hand or by a timer, never by the serving process:
//! months and pruning.

use crate::{
    MaintenanceState,
    actions::log::maintenance::{
        prune_months::{self, PruneError},
        repartition,
    },
    config::{Settings, use_local_system},
    domain::{Retention, retention::Plan},
    startup::SERVICE,
};
use anyhow::Context;
use mc_keyring::Secrets;
use mc_vocabulary::Clock;
use std::{path::PathBuf, time::Duration};

/// An announcement needs a moment to come into the log and under a checkpoint.
const LOGGED_WITHIN: Duration = Duration::from_secs(30);

const ASK_EVERY: Duration = Duration::from_millis(250);

/// Where a system started by `make up` keeps its files.
#[derive(clap::Args, Clone)]
pub struct Local {
    /// Where a system started by `make up` keeps its files; read when no other secrets are named.
    #[arg(long, default_value = ".run")]
    pub run_dir: PathBuf,
}

/// What `prune` does.
#[derive(clap::Args)]
pub struct Prune {
    /// Only say what would go.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    local: Local,
}

/// Adds the months ahead and sorts events of no known month into theirs.
///
/// # Errors
/// Where the database cannot be changed.
pub async fn maintain(local: Local) -> anyhow::Result<bool> {
    let maintenance = owner(&local).await?;
    let sorted = repartition::execute(&maintenance)
        .await
        .context("the months cannot be kept in order")?;
    println!("the months ahead are there; {sorted} events were sorted into theirs");
    Ok(true)
}

/// Prunes what is past retention; false where an announcement is not yet in the log.
///
/// # Errors
/// Where the database cannot be read or changed.
pub async fn prune(what: Prune) -> anyhow::Result<bool> {
    let maintenance = owner(&what.local).await?;
    let plans = prune_months::plan(&maintenance)
        .await
        .context("the log cannot be read")?;
    let mut all = true;
    for (month, trees) in plans {
        let month_name = month.format("%Y-%m");
        let events: i64 = trees.values().map(Plan::events).sum();
        let held: i64 = trees.values().map(|plan| plan.kept_for_hold).sum();
        if what.dry_run {
            println!("{month_name}: {events} events would go, {held} are on hold");
            continue;
        }
        prune_months::announce(&maintenance, month)
            .await
            .context("the pruning cannot be announced")?;
        match when_logged(&maintenance, month).await {
            Ok(pruned) => println!("{month_name}: {pruned} events went, {held} are on hold"),
            Err(error @ PruneError::NotLogged(_)) => {
                println!("{month_name}: announced, not carried out: {error}");
                all = false;
            }
            Err(error) => return Err(error).with_context(|| format!("{month_name} cannot be pruned")),
        }
    }
    Ok(all)
}

/// Carries a month's pruning out as soon as its announcement is in the log.
///
/// # Errors
/// [`PruneError`].
pub async fn when_logged(maintenance: &MaintenanceState, month: chrono::NaiveDate) -> Result<i64, PruneError> {
    let mut waited = Duration::ZERO;
    loop {
        match prune_months::execute(maintenance, month).await {
            Err(PruneError::NotLogged(_)) if waited < LOGGED_WITHIN => {
                tokio::time::sleep(ASK_EVERY).await;
                waited += ASK_EVERY;
            }
            done => return done,
        }
    }
}

/// What work as the owner of the database needs.
async fn owner(local: &Local) -> anyhow::Result<MaintenanceState> {
    let mut settings = SERVICE.settings()?;
    use_local_system(&mut settings, &local.run_dir, "secrets/audit-migrate");
    let secrets = Secrets::from_config(&settings.common.secrets).await?;
    maintenance(&settings, &secrets, Clock::System).await
}

/// The same, from these settings and secrets.
///
/// # Errors
/// Naming the setting or secret that is wrong.
pub async fn maintenance(
    settings: &mc_service_kit::Settings<Settings>,
    secrets: &Secrets,
    clock: Clock,
) -> anyhow::Result<MaintenanceState> {
    // Announcements wait in the outbox; the serving process publishes them.
    let owner = SERVICE.owner(&settings.common, secrets, clock.clone()).await?;
    Ok(MaintenanceState {
        retention: Retention::new(settings.own.retention.years)?,
        mailbox: owner.mailbox,
        worker_pool: owner.worker_pool,
        clock,
    })
}
