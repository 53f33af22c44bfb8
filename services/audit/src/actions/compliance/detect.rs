//! Evaluates the rules of breach detection over newly logged events. Cases and position are stored
//! in one transaction.

mod open_or_extend_case;
mod rebuild;
mod refresh_roster;

use crate::{
    AppState,
    actions::log::follow_log::read_after,
    domain::detection,
    store::compliance::{
        contacts,
        detectors::{self, Position},
    },
};
use chrono::{DateTime, Duration, Utc};
use mc_access::tenancy;
use mc_detection::{Contacts, Engine, PendingAccess, Roster, RuleBook, Trigger};
use mc_vocabulary::EventId;
use sqlx::PgConnection;
use std::{collections::HashMap, sync::Arc};
use uuid::Uuid;

/// Name of the detector's position and lease.
pub const NAME: &str = "breach";
/// How long a process holds the lease without renewing it.
const TURN: Duration = Duration::seconds(10);
/// Maximum number of events in one transaction.
const MAX_EVENTS: i64 = 2_000;

/// The engine of this process, and the position it has reached.
pub struct Detector {
    engine: Engine,
    roster: Roster,
    versions: HashMap<Uuid, i64>,
    /// The commit up to which the engine has seen the log. None: it must be rebuilt.
    seen: Option<i64>,
    /// Identifies this process as lease holder.
    holder: Uuid,
}

impl Detector {
    /// A detector that has seen no event.
    pub fn new(book: Arc<RuleBook>) -> Self {
        Self {
            engine: Engine::new(book),
            roster: Roster::default(),
            versions: HashMap::new(),
            seen: None,
            holder: EventId::new().uuid(),
        }
    }
}

/// The result of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Another process holds the lease.
    NotOurTurn,
    /// All logged events were evaluated.
    UpToDate,
    /// More events are waiting.
    Behind,
}

/// Evaluates the next events, opens cases and extends open ones. After a failure the next call
/// repeats the step.
pub async fn execute(state: &AppState, detector: &mut Detector) -> Result<Progress, sqlx::Error> {
    let now = state.clock.now();
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let first = rebuild::first_position(&mut transaction, NAME, detector, now).await?;
    let turn =
        detectors::get_turn_for_update(&mut transaction, NAME, detector.holder, (now, now + TURN), first).await?;
    let Some(position) = turn else {
        detector.seen = None;
        return Ok(Progress::NotOurTurn);
    };
    refresh_roster::refresh_roster(&mut transaction, detector).await?;
    if detector.seen != Some(position.sequence) {
        rebuild::rebuild(&mut transaction, detector, position).await?;
    }
    // Until the commit, the engine is ahead of the stored position.
    detector.seen = None;
    let (logged, upto) = read_after(&mut transaction, position.sequence, MAX_EVENTS).await?;
    let behind = i64::try_from(logged.len()).is_ok_and(|read| read >= MAX_EVENTS);
    let newest = logged.last().map(|logged| logged.leaf.logged_at);
    let (mut triggers, mut seen) = (Vec::new(), Contacts::default());
    for logged in logged {
        let event = detection::event(logged.index, logged.leaf);
        seen.add(&event, &detector.engine.book().care);
        triggers.extend(detector.engine.observe(&event, &detector.roster));
    }
    contacts::insert(&mut transaction, &seen.into_list()).await?;
    // While more events are waiting, the time is that of the log.
    let judged_until = newest.filter(|_| behind).unwrap_or(now).max(position.judged_until);
    triggers.extend(resolve_ready(&mut transaction, &mut detector.engine, judged_until).await?);
    open_or_extend_case::open_or_extend_cases(state, &mut transaction, detector.engine.book(), triggers).await?;
    let reached = Position {
        sequence: upto,
        judged_until,
    };
    detectors::update(&mut transaction, NAME, reached).await?;
    transaction.commit().await?;
    detector.seen = Some(upto);
    Ok(if behind { Progress::Behind } else { Progress::UpToDate })
}

/// Releases the lease, so that another process continues at once.
pub async fn hand_over(state: &AppState, detector: &Detector) -> Result<(), sqlx::Error> {
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    detectors::update_released(&mut transaction, NAME, detector.holder, state.clock.now()).await?;
    transaction.commit().await
}

/// Looks up the care relationships of accesses that can be decided now.
async fn resolve_ready(
    connection: &mut PgConnection,
    engine: &mut Engine,
    until: DateTime<Utc>,
) -> Result<Vec<Trigger>, sqlx::Error> {
    let ready: Vec<PendingAccess> = engine.ready(until);
    let accesses: Vec<_> = ready.iter().map(|pending| &pending.access).collect();
    let related = contacts::list_related(connection, &accesses, &engine.book().care).await?;
    let resolved = ready.into_iter().zip(related);
    Ok(resolved
        .filter_map(|(pending, related)| engine.resolve(pending, related))
        .collect())
}
