//! What goes wrong with the log itself becomes an event of the log, by which the rules raise an alert: dead letters that grow, records that
//! services committed and the log does not have, trees that contradict what was signed.

use crate::{AppState, store::compliance::tallies};
use chrono::Duration;
use mc_access::{RequestContext, tenancy};
use mc_contracts::{AuditRecord, Interaction, Outcome};

/// What is missing for longer is on its way no more.
const MISSING_AFTER: Duration = Duration::minutes(5);

/// What was told before: it is told again only when it is worse.
#[derive(Debug, Default)]
pub struct Alarms {
    dead_letters: u32,
    missing: i64,
    contradicted: usize,
}

/// Tells what has become worse; `dead_letters` as the broker counts them, None where it cannot be asked.
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

    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
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
