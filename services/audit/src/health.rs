//! What audit measures of itself: the log, and evidence for policies.

mod policy_evidence;

use crate::{
    AppState,
    actions::compliance::detect,
    store::{
        compliance::{detectors, tallies},
        log::checkpoints,
    },
};
use mc_access::tenancy;
use mc_chassis::{
    cached::Cached,
    health::{Component, Evidence, HealthProbe, Status},
    pools,
};
use mc_service_kit::Kit;
use mc_transparency::checkpoint::verify;
use policy_evidence::Measurements;
use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

/// How long what is read from the log is valid, however often health is requested.
const VALID_FOR: Duration = Duration::from_secs(3);

/// How long the database may take.
const LIMIT: Duration = Duration::from_secs(1);

/// Probes the log and reports what it says of the platform's policies.
pub struct Health {
    state: Arc<AppState>,
    measured: Measurements,
    read: Cached<[Component; 2]>,
}

impl Health {
    /// Probes over `state`; measurements of policies run beside the server.
    pub fn new(kit: &mut Kit, state: Arc<AppState>) -> Self {
        let measured = Measurements::start(kit, &state);
        Self {
            state,
            measured,
            read: Cached::new(VALID_FOR),
        }
    }
}

#[async_trait::async_trait]
impl HealthProbe for Health {
    async fn components(&self) -> Vec<Component> {
        let read = self.read.get(|| read_log(&self.state)).await;
        [trees(&self.state)].into_iter().chain(read.iter().cloned()).collect()
    }

    async fn evidence(&self) -> Vec<Evidence> {
        let evidence =
            |control, holds, found, method| mc_service_kit::evidence(&self.state.clock, control, holds, found, method);
        let checkpoint = newest_checkpoint(&self.state).await.map(|(found, holds)| {
            let method = "the newest signed checkpoint, its signature checked";
            evidence("audit_logging", holds, found, method)
        });
        let privileges = privileges(&self.state).await.map(|(found, add_only)| {
            let method = "the privileges that Postgres grants the serving role on the log";
            evidence("data_retention", add_only, found, method)
        });
        let mut all: Vec<_> = checkpoint.into_iter().chain(privileges).collect();
        all.extend(self.measured.newest().await);
        all
    }
}

/// None where it cannot be read, or nothing was logged yet.
async fn newest_checkpoint(state: &AppState) -> Option<(String, bool)> {
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await.ok()?;
    let newest = checkpoints::find_newest_of_all(&mut transaction).await.ok()??;
    let found = format!(
        "{} events under a checkpoint signed at {}, {} s ago",
        newest.size,
        newest.signed_at,
        (state.clock.now() - newest.signed_at).num_seconds()
    );
    let holds =
        verify(&newest.note, &[state.signer.verifier().clone()]).is_ok() && state.anchors().refused().is_empty();
    Some((found, holds))
}

/// The serving role can neither change nor delete events. Only retention removes them, as the
/// owner.
async fn privileges(state: &AppState) -> Option<(String, bool)> {
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await.ok()?;
    let may_change = crate::store::log::events::find_may_change(&mut transaction)
        .await
        .ok()?;
    let found = if may_change {
        "the serving role may change or delete events"
    } else {
        "the serving role can only insert and select"
    };
    Some((found.to_owned(), !may_change))
}

fn part(state: &AppState, name: &str, (status, detail): (Status, String), started: Instant) -> Component {
    pools::component(name, status, false, detail, started, &state.clock)
}

/// Whether the log follows from what was signed.
fn trees(state: &AppState) -> Component {
    let found = match state.anchors().refused().len() {
        0 => (
            Status::Healthy,
            "every tree follows from its signed checkpoints".to_owned(),
        ),
        n => (
            Status::Unhealthy,
            format!("{n} trees contradict their signed checkpoints; verify the log"),
        ),
    };
    part(state, "log", found, Instant::now())
}

/// Whether anything recorded is missing in the log, and whether detection keeps up with it.
async fn read_log(state: &AppState) -> [Component; 2] {
    let started = Instant::now();
    let (missing, detection) = tokio::join!(within_limit(missing(state)), within_limit(detection(state)));
    [
        part(state, "reconciliation", missing, started),
        part(state, "detection", detection, started),
    ]
}

async fn within_limit(found: impl Future<Output = (Status, String)>) -> (Status, String) {
    let found = tokio::time::timeout(LIMIT, found).await;
    found.unwrap_or_else(|_| (Status::Unhealthy, "cannot be read".to_owned()))
}

/// Whether breach detection keeps up with the log.
async fn detection(state: &AppState) -> (Status, String) {
    let oldest = async {
        let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
        if detectors::find(&mut transaction, detect::NAME).await?.is_none() {
            return Ok(None);
        }
        let oldest = detectors::find_oldest_unseen(&mut transaction, detect::NAME).await?;
        Ok::<_, sqlx::Error>(Some(oldest.map_or(0, |at| (state.clock.now() - at).num_seconds())))
    };
    match oldest.await {
        Ok(None) => (Status::Healthy, "has not begun, or is switched off".to_owned()),
        Ok(Some(behind_s)) if behind_s > 30 => (Status::Degraded, format!("{behind_s} s behind the log")),
        Ok(Some(_)) => (Status::Healthy, "keeps up with the log".to_owned()),
        Err(_) => (Status::Unhealthy, "cannot be read".to_owned()),
    }
}

async fn missing(state: &AppState) -> (Status, String) {
    let open = async {
        let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
        tallies::list_open(&mut transaction, 1_000).await
    };
    match open.await {
        Ok(open) if open.is_empty() => (Status::Healthy, "everything recorded is logged".to_owned()),
        Ok(open) => {
            let missing: i64 = open.iter().map(|tally| (tally.recorded - tally.logged).abs()).sum();
            (
                Status::Degraded,
                format!("{missing} recorded events are not in the log"),
            )
        }
        Err(_) => (Status::Unhealthy, "cannot be read".to_owned()),
    }
}
