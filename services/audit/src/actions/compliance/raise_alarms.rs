//! Records faults of the log as events, which the rules turn into alerts: more dead letters,
//! records that services committed and the log does not have, trees that contradict their signed
//! checkpoints.

use crate::{AppState, store::compliance::tallies};
use chrono::Duration;
use mc_access::{RequestContext, tenancy};
use mc_contracts::{AuditRecord, Interaction, Outcome};

/// A record that is missing for longer than this is not on its way any more.
const MISSING_AFTER: Duration = Duration::minutes(5);

/// The faults recorded last: a fault is recorded again only when it is worse.
#[derive(Debug, Default)]
pub struct Alarms {
    dead_letters: u32,
    missing: i64,
    contradicted: usize,
}

/// Records faults that became worse. `dead_letters`: as the broker counts them; None where it does
/// not answer.
pub async fn execute(state: &AppState, before: &mut Alarms, dead_letters: Option<u32>) -> Result<(), sqlx::Error> {
    let dead_letters = dead_letters.unwrap_or(before.dead_letters);
    if dead_letters > before.dead_letters {
        enqueue(
            state,
            alarm(state, "audit.dead_letters.grew").detail("count", dead_letters),
        )
        .await?;
    }
    before.dead_letters = dead_letters;

    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let late = state.clock.now() - MISSING_AFTER;
    let open = tallies::list_open(&mut transaction, 1_000).await?;
    drop(transaction);
    let missing: Vec<_> = open.iter().filter(|tally| tally.until < late).collect();
    let count = missing.iter().map(|tally| (tally.recorded - tally.logged).abs()).sum();
    if count > before.missing {
        let services: std::collections::BTreeSet<_> = missing.iter().map(|tally| tally.service.as_str()).collect();
        let record = alarm(state, "audit.reconciliation.failed")
            .detail("missing", count)
            .detail("services", services.into_iter().collect::<Vec<_>>());
        enqueue(state, record).await?;
    }
    before.missing = count;

    let contradicted = state.anchors().refused().len();
    if contradicted > before.contradicted {
        enqueue(
            state,
            alarm(state, "audit.log.contradicted").detail("trees", contradicted),
        )
        .await?;
    }
    before.contradicted = contradicted;
    Ok(())
}

fn alarm(state: &AppState, action: &str) -> AuditRecord {
    RequestContext::for_worker("audit.alarms", &state.clock)
        .audit(action, Interaction::Execute)
        .outcome(Outcome::Failure)
}

async fn enqueue(state: &AppState, record: AuditRecord) -> Result<(), sqlx::Error> {
    state.mailbox.enqueue_now(None, &record).await
}
