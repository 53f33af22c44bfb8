//! Learns the thresholds of every organization, once a day.

use crate::{
    AppState,
    actions::compliance::learn_thresholds::{ACTION, learn},
    store::{
        compliance::{
            contacts,
            detectors::{self, Position},
        },
        log::events,
    },
};
use chrono::Duration;
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_vocabulary::EventId;

/// Name of the lease.
const NAME: &str = "learning";

/// Learns for every organization if no process has done so for `every`; returns whether this
/// process did.
pub async fn execute(state: &AppState, every: Duration) -> Result<bool, sqlx::Error> {
    let context = RequestContext::for_worker("audit.learning", &state.clock);
    let now = state.clock.now();
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let holder = EventId::new().uuid();
    let learned = Position {
        sequence: 0,
        judged_until: now,
    };
    let turn = detectors::get_turn_for_update(&mut transaction, NAME, holder, (now, now + every), learned).await?;
    if turn.is_none() {
        return Ok(false);
    }
    let trees = events::list_trees(&mut transaction).await?;
    // One day longer, for late events.
    let forgotten = now - state.rules.care.before() - Duration::days(1);
    contacts::update_forgotten(&mut transaction, forgotten).await?;
    transaction.commit().await?;
    for tree in trees.into_iter().filter(|tree| !tree.is_nil()) {
        let record = context.audit(ACTION, Interaction::Update);
        if let Err(error) = learn(state, tree, record).await {
            let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
            detectors::update_released(&mut transaction, NAME, holder, state.clock.now()).await?;
            transaction.commit().await?;
            return Err(error);
        }
    }
    Ok(true)
}
