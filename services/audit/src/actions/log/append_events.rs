//! Appends a batch of events to their trees, each once.

use crate::{
    AppState,
    actions::log::prepare::{self, PrepareError},
    domain::{Leaf, Prepared, begun, full_tiles},
    store::log::{
        events, tiles,
        trees::{self, Appended},
    },
};
use chrono::{DateTime, Utc};
use mc_access::tenancy;
use mc_contracts::Envelope;
use mc_transparency::{Frontier, Hash};
use mc_vocabulary::EventId;
use sqlx::PgConnection;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// Why nothing was appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendEventsError {
    /// An event could not be prepared.
    #[error("the events cannot be made ready")]
    Prepare(#[from] PrepareError),
    /// The stored tiles of a tree do not reach its size.
    #[error("the tree of {0} is damaged: its stored tiles do not reach its size; verify the log")]
    Damaged(Uuid),
    /// The store failed.
    #[error("the log cannot be appended to")]
    Store(#[from] sqlx::Error),
}

/// Prepared events with their places in the batch, and the places that can never be appended.
pub struct Ready {
    logged_at: DateTime<Utc>,
    events: Vec<(usize, Prepared)>,
    rejected: Vec<(usize, &'static str)>,
}

/// Prepares a batch: checks, masks, seals and hashes. Touches no table of the log.
///
/// # Errors
/// [`PrepareError`]; a later attempt may succeed.
pub async fn make_ready(state: &AppState, envelopes: &[Envelope]) -> Result<Ready, PrepareError> {
    let mut ready = Ready {
        logged_at: state.clock.now(),
        events: Vec::with_capacity(envelopes.len()),
        rejected: Vec::new(),
    };
    for (place, envelope) in envelopes.iter().enumerate() {
        match prepare::prepare(state, envelope, ready.logged_at).await? {
            Ok(prepared) => ready.events.push((place, prepared)),
            Err(cause) => ready.rejected.push((place, cause)),
        }
    }
    Ok(ready)
}

/// Appends the new events in their order; events that are already logged are skipped. Returns the
/// places in the batch that can never be appended, each with its cause.
///
/// # Errors
/// [`AppendEventsError`]; then nothing was appended.
pub async fn append_ready(state: &AppState, ready: Ready) -> Result<Vec<(usize, &'static str)>, AppendEventsError> {
    let Ready {
        logged_at,
        events,
        mut rejected,
    } = ready;
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let trees: HashSet<Uuid> = events.iter().map(|(_, prepared)| prepared.tree).collect();
    let mut trees_by_id = trees::get_for_update(&mut transaction, &trees.into_iter().collect::<Vec<_>>()).await?;
    let ids: Vec<Uuid> = events.iter().map(|(_, p)| p.leaf.event_id.uuid()).collect();
    let known = events::list_known(&mut transaction, &ids).await?;
    let (fresh, forged) = sort_out(events, &known);
    rejected.extend(
        forged
            .into_iter()
            .map(|place| (place, "an event of this id says something else in the log")),
    );
    if !fresh.is_empty() {
        let appended = grow(&mut transaction, &mut trees_by_id, fresh).await?;
        trees::insert(&mut transaction, &appended, logged_at).await?;
        transaction.commit().await?;
        state.appended.send_replace(logged_at);
    }
    Ok(rejected)
}

/// [`make_ready`], then [`append_ready`].
///
/// # Errors
/// [`AppendEventsError`]; then nothing was appended.
pub async fn execute(
    state: &AppState,
    envelopes: &[Envelope],
) -> Result<Vec<(usize, &'static str)>, AppendEventsError> {
    append_ready(state, make_ready(state, envelopes).await?).await
}

/// The new events, and the places of those that use the id of a logged event with other content.
fn sort_out(ready: Vec<(usize, Prepared)>, known: &BTreeMap<EventId, Vec<u8>>) -> (Vec<Prepared>, Vec<usize>) {
    let mut taken: HashMap<EventId, usize> = HashMap::with_capacity(ready.len());
    let mut fresh: Vec<Prepared> = Vec::with_capacity(ready.len());
    let mut forged = Vec::new();
    for (place, prepared) in ready {
        let id = prepared.leaf.event_id;
        let stored = known.get(&id).map(|bytes| Leaf::from_bytes(bytes).ok());
        let before = stored.as_ref().map(Option::as_ref);
        match before.or_else(|| taken.get(&id).map(|at| Some(&fresh[*at].leaf))) {
            None => {
                taken.insert(id, fresh.len());
                fresh.push(prepared);
            }
            Some(Some(before)) if before.has_same_content(&prepared.leaf) => {}
            Some(_) => forged.push(place),
        }
    }
    (fresh, forged)
}

/// Assigns places, stores events and full tiles, and returns the new size of each tree.
async fn grow(
    transaction: &mut PgConnection,
    trees_by_id: &mut HashMap<Uuid, Frontier>,
    mut fresh: Vec<Prepared>,
) -> Result<Vec<Appended>, AppendEventsError> {
    let mut added: BTreeMap<Uuid, Vec<Hash>> = BTreeMap::new();
    for prepared in &mut fresh {
        let tree = trees_by_id.entry(prepared.tree).or_default();
        prepared.index = tree.size().cast_signed();
        tree.push(prepared.leaf_hash);
        added.entry(prepared.tree).or_default().push(prepared.leaf_hash);
    }
    let mut appended = Vec::with_capacity(added.len());
    for (tree, leaves) in &added {
        let frontier = &trees_by_id[tree];
        let first = frontier.size() - leaves.len() as u64;
        let stood = tiles::list(transaction, *tree, &begun(first, frontier.size())).await?;
        let full = full_tiles(first, leaves, &stood).ok_or(AppendEventsError::Damaged(*tree))?;
        if !full.is_empty() {
            tiles::insert(transaction, *tree, &full).await?;
        }
        appended.push(Appended {
            tree: *tree,
            first: first.cast_signed(),
            size: frontier.size().cast_signed(),
            frontier: frontier.to_bytes(),
        });
    }
    events::insert(transaction, &fresh).await?;
    Ok(appended)
}
