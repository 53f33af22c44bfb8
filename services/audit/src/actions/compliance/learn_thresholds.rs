//! Learns thresholds by role from the last days of the log.

use crate::{
    AppState,
    domain::detection,
    store::{compliance::roster, log::events},
};
use chrono::Duration;
use futures_util::TryStreamExt;
use mc_access::{RequestContext, tenancy};
use mc_contracts::{AuditRecord, Interaction};
use mc_detection::{Learned, Learner, Networks, Roster, Thresholds};
use uuid::Uuid;

pub(super) const ACTION: &str = "audit.thresholds.learn";

/// Learns for the caller's organization now.
pub async fn execute(context: &RequestContext, state: &AppState) -> Result<Vec<Learned>, sqlx::Error> {
    let record = context.audit(ACTION, Interaction::Update);
    learn(state, context.organization_id().uuid(), record).await
}

pub(super) async fn learn(state: &AppState, tree: Uuid, record: AuditRecord) -> Result<Vec<Learned>, sqlx::Error> {
    let now = state.clock.now();
    let since = now - Duration::days(state.rules.learning.days.into());
    let mut transaction = tenancy::begin(&state.long_reads.pool, tree.into()).await?;
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
