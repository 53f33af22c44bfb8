//! Learns from the last days of the log what is usual for each role, rule by rule.

use crate::{
    AppState,
    domain::detection,
    store::{
        compliance::{
            contacts,
            detectors::{self, Position},
            roster,
        },
        log::events,
    },
};
use chrono::Duration;
use futures_util::TryStreamExt;
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::{Actor, AuditRecord, Interaction};
use mc_detection::{Learned, Learner, Networks, Roster, Thresholds};
use mc_vocabulary::EventId;
use uuid::Uuid;

/// Among the detectors: whose turn it was last.
const NAME: &str = "learning";
const ACTION: &str = "audit.thresholds.learn";

/// Learns for the caller's organisation, now.
///
/// # Errors
/// The database's.
pub async fn learn_thresholds(
    state: &AppState,
    caller: &Principal,
    origin: &Origin,
) -> Result<Vec<Learned>, sqlx::Error> {
    let record = state.mailbox.audit_of(ACTION, Interaction::Update, caller, origin);
    learn(state, caller.organization_id.uuid(), record).await
}

/// Learns for every organisation, where no process has done so for `every`; returns whether it was this one's turn.
///
/// # Errors
/// The database's; the turn is given back.
pub async fn learn_all_thresholds(state: &AppState, every: Duration) -> Result<bool, sqlx::Error> {
    let now = state.clock.now();
    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
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
    // A day for events that come late.
    let forgotten = now - state.rules.care.before() - Duration::days(1);
    contacts::update_forgotten(&mut transaction, forgotten).await?;
    transaction.commit().await?;
    for tree in trees.into_iter().filter(|tree| !tree.is_nil()) {
        let (actor, origin) = (Actor::system("audit.learning"), Origin::default());
        let record = state.mailbox.audit_by(ACTION, Interaction::Update, actor, &origin);
        if let Err(error) = learn(state, tree, record).await {
            let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
            detectors::update_released(&mut transaction, NAME, holder, state.clock.now()).await?;
            transaction.commit().await?;
            return Err(error);
        }
    }
    Ok(true)
}

async fn learn(state: &AppState, tree: Uuid, record: AuditRecord) -> Result<Vec<Learned>, sqlx::Error> {
    let now = state.clock.now();
    let since = now - Duration::days(state.rules.learning.days.into());
    let mut transaction = tenancy::begin(&state.pool, tree.into()).await?;
    let members = roster::list_members(&mut transaction, tree).await?;
    let mut known = Roster::default();
    known.set(tree.into(), members, Networks::default(), Thresholds::default());
    let mut learner = Learner::new(&state.rules, &known);
    {
        let mut stream = events::stream_between(&mut transaction, tree, since, now);
        while let Some(logged) = stream.try_next().await? {
            learner.take(&detection::event(logged.index, logged.leaf), tree.into());
        }
    }
    let learned = learner.finish();
    roster::update_thresholds(&mut transaction, tree, &learned, since, now).await?;
    roster::update_version(&mut transaction, tree).await?;
    let record = record
        .entity("Thresholds", tree)
        .detail("thresholds", learned.len())
        .detail("days", state.rules.learning.days);
    state
        .mailbox
        .enqueue(&mut transaction, Some(tree.into()), &record)
        .await?;
    transaction.commit().await?;
    Ok(learned)
}
