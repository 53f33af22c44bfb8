//! Reads how long the log is kept, and the holds that keep it longer.

use crate::{
    AppState,
    domain::{Hold, retention::first_of},
    store::log::{
        holds,
        retention::{self, Oldest, Pruned},
    },
};
use chrono::{DateTime, Months, NaiveDate, NaiveTime, Utc};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;

/// Maximum number of pruned months returned.
const MAX_PRUNED: i64 = 120;

/// The retention of one organization.
#[derive(Debug)]
pub struct State {
    /// Its oldest stored event.
    pub oldest: Option<Oldest>,
    /// The next month to be pruned, and the first day on which it can be.
    pub next: Option<(NaiveDate, NaiveDate)>,
    /// Its holds.
    pub holds: Vec<Hold>,
    /// Pruned months, newest first.
    pub pruned: Vec<Pruned>,
}

/// The retention of the caller's organization.
pub async fn execute(context: &RequestContext, state: &AppState) -> Result<State, sqlx::Error> {
    let tree = context.organization_id().uuid();
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let pruned = retention::list_pruned(&mut transaction, tree, MAX_PRUNED).await?;
    let oldest = retention::find_oldest(&mut transaction, tree, DateTime::UNIX_EPOCH).await?;
    // What is left of a pruned month is kept by holds.
    let done = pruned.iter().find(|month| month.pruned_at.is_some());
    let after = done.map_or(DateTime::UNIX_EPOCH, |done| {
        begins(first_of(done.month) + Months::new(1))
    });
    let coming = retention::find_oldest(&mut transaction, tree, after).await?;
    let next = coming.map(|oldest| first_of(oldest.made_at.date_naive()));
    let found = State {
        oldest,
        next: next.map(|month| (month, state.retention.ends(month))),
        holds: holds::list(&mut transaction, tree).await?,
        pruned,
    };
    let record = context.audit("audit.retention.read", Interaction::Read);
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    transaction.commit().await?;
    Ok(found)
}

fn begins(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}
