//! What is kept how long, and what keeps it longer.

use crate::{
    AppState,
    domain::{Hold, retention::first_of},
    store::log::{
        holds,
        retention::{self, Oldest, Pruned},
    },
};
use chrono::{DateTime, Months, NaiveDate, NaiveTime, Utc};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;

/// Months of the past that are told.
const MAX_PRUNED: i64 = 120;

/// The state of retention of one organisation.
#[derive(Debug)]
pub struct State {
    /// Its oldest event that is still there.
    pub oldest: Option<Oldest>,
    /// The next month that will be pruned, and the first day on which it can be.
    pub next: Option<(NaiveDate, NaiveDate)>,
    /// Its holds.
    pub holds: Vec<Hold>,
    /// What was pruned, newest month first.
    pub pruned: Vec<Pruned>,
}

/// The state of retention of the caller's organisation.
///
/// # Errors
/// The database's.
pub async fn get_retention(state: &AppState, caller: &Principal, origin: &Origin) -> Result<State, sqlx::Error> {
    let tree = caller.organization_id.uuid();
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    let pruned = retention::list_pruned(&mut transaction, tree, MAX_PRUNED).await?;
    let oldest = retention::find_oldest(&mut transaction, tree, DateTime::UNIX_EPOCH).await?;
    // What is left of a month that was pruned is kept by holds.
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
    told(state, &mut transaction, caller, origin, "audit.retention.read").await?;
    transaction.commit().await?;
    Ok(found)
}

/// The holds of the caller's organisation, those that stand first.
///
/// # Errors
/// The database's.
pub async fn list_holds(state: &AppState, caller: &Principal, origin: &Origin) -> Result<Vec<Hold>, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    let holds = holds::list(&mut transaction, caller.organization_id.uuid()).await?;
    told(state, &mut transaction, caller, origin, "audit.hold.list").await?;
    transaction.commit().await?;
    Ok(holds)
}

async fn told(
    state: &AppState,
    transaction: &mut sqlx::PgConnection,
    caller: &Principal,
    origin: &Origin,
    action: &str,
) -> Result<(), sqlx::Error> {
    let record = state.mailbox.audit_of(action, Interaction::Read, caller, origin);
    state
        .mailbox
        .enqueue(transaction, Some(caller.organization_id), &record)
        .await
        .map(drop)
}

fn begins(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}
