//! Verifies a tree of the log from its first event to its last. Nothing from the database is
//! trusted.

use crate::{
    AppState,
    domain::{Filters, Leaf, Prunings, Search, StoredRow, TileRoots, retention::PRUNED},
    gateway::checkpoint_files,
    store::log::{checkpoints, events, search::search, tiles, trees},
};
use chrono::{DateTime, Utc};
use mc_access::{RequestContext, tenancy};
use mc_transparency::{
    Hash, TILE_WIDTH,
    audit::{Checker, Content, Seen, Tampering, Verdict},
    checkpoint::verify,
};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Tiles of leaf hashes that are read at a time, with their events and checkpoints.
const PAGE_TILES: i64 = 32;

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum VerifyLogError {
    /// The store failed.
    #[error("the log cannot be read")]
    Store(#[from] sqlx::Error),
    /// The folder outside the database.
    #[error("the checkpoints outside the database cannot be read")]
    File(#[from] std::io::Error),
}

/// Checkpoints from outside the database, by tree; only those signed by our key.
pub type ExternalCheckpoints = BTreeMap<Uuid, Vec<mc_transparency::Checkpoint>>;

/// Verifies the tree of the caller's organization, against the checkpoints in the database and in
/// the folder outside it.
pub async fn execute(context: &RequestContext, state: &AppState) -> Result<Verdict, VerifyLogError> {
    let external = external_checkpoints(state, read_external_notes(state)?);
    verify_tree(state, context.organization_id().uuid(), &external).await
}

/// Sorts notes from outside the database by tree. Notes that our key did not sign are dropped.
pub fn external_checkpoints(state: &AppState, notes: impl IntoIterator<Item = String>) -> ExternalCheckpoints {
    let keys = [state.signer.verifier().clone()];
    let mut elsewhere = ExternalCheckpoints::new();
    for checkpoint in notes.into_iter().filter_map(|note| verify(&note, &keys).ok()) {
        if let Some(tree) = state.tree_of(&checkpoint.origin) {
            elsewhere.entry(tree).or_default().push(checkpoint);
        }
    }
    elsewhere
}

/// The notes of the folder outside the database.
///
/// # Errors
/// Where the folder cannot be read.
pub fn read_external_notes(state: &AppState) -> std::io::Result<Vec<String>> {
    state
        .checkpoint_folder
        .as_ref()
        .map_or_else(|| Ok(Vec::new()), |folder| checkpoint_files::read(folder, usize::MAX))
}

/// Every tree that the database or an external checkpoint names.
pub async fn list_trees(state: &AppState, elsewhere: &ExternalCheckpoints) -> Result<Vec<Uuid>, sqlx::Error> {
    let mut transaction = tenancy::begin_as_platform(&state.long_reads.worker_pool).await?;
    let mut all = events::list_trees(&mut transaction).await?;
    all.extend(elsewhere.keys());
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// Verifies the current tree against the checkpoints in the database and the external ones.
pub async fn verify_tree(
    state: &AppState,
    tree: Uuid,
    elsewhere: &ExternalCheckpoints,
) -> Result<Verdict, VerifyLogError> {
    let mut checker = Checker::numbered();
    for checkpoint in elsewhere.get(&tree).into_iter().flatten() {
        checker.checkpoint(checkpoint, Seen::Elsewhere);
    }
    let mut transaction = tenancy::begin_as_platform(&state.long_reads.worker_pool).await?;
    // Events may be appended meanwhile: the size is read again at the end.
    let before = size(&mut transaction, tree).await?;
    let signed = checkpoints::find_newest(&mut transaction, tree)
        .await?
        .map_or(0, |newest| newest.size);
    let mut reading = Reading {
        prunings: prunings(&mut transaction, tree).await?,
        logged_at: None,
    };
    let mut roots = TileRoots::default();
    let mut page = 0;
    loop {
        let (first, end) = (page * PAGE_TILES * WIDTH, (page + 1) * PAGE_TILES * WIDTH);
        read_checkpoints(state, &mut transaction, tree, (first, end), &mut checker).await?;
        // These are not signed, but they show where a rewritten part begins.
        for state in trees::list_states(&mut transaction, tree, first, end).await? {
            checker.stated(state.size(), state.root());
        }
        for (index, root, hashes) in
            tiles::list_leaf_tiles(&mut transaction, tree, page * PAGE_TILES, PAGE_TILES).await?
        {
            let hashes: Vec<Hash> = hashes.chunks(32).filter_map(Hash::from_slice).collect();
            roots.leaf_tile(index.cast_unsigned(), &hashes, &root);
            checker.tile(index.cast_unsigned(), hashes);
        }
        let recorded = events::list_rows(&mut transaction, tree, first, end).await?;
        let stubs = events::list_stubs(&mut transaction, tree, first, end).await?;
        let last = recorded.len() + stubs.len() == 0 && first >= before.max(signed);
        reading.take(&mut checker, tree, recorded, &stubs);
        if last {
            break;
        }
        page += 1;
    }
    let after = size(&mut transaction, tree).await?.cast_unsigned();
    if checker.next() < before.cast_unsigned() {
        checker.found(
            checker.next(),
            Tampering::Truncated,
            "the log's own state speaks of more events",
        );
    } else if checker.next() > after {
        checker.found(after, Tampering::Inserted, "the log's own state speaks of fewer events");
    }
    for (id, tile) in tiles::list_upper(&mut transaction, tree).await? {
        roots.upper_tile(id, &tile);
    }
    if let Some(index) = roots.first_bad() {
        checker.found(
            index,
            Tampering::Changed,
            "a stored tile above this event differs from the events",
        );
    }
    Ok(checker.finish())
}

const WIDTH: i64 = TILE_WIDTH as i64;

/// The tree's size by its commits.
async fn size(connection: &mut PgConnection, tree: Uuid) -> Result<i64, sqlx::Error> {
    trees::find_size(connection, tree).await
}

async fn read_checkpoints(
    state: &AppState,
    connection: &mut PgConnection,
    tree: Uuid,
    (after, until): (i64, i64),
    checker: &mut Checker,
) -> Result<(), sqlx::Error> {
    let keys = [state.signer.verifier().clone()];
    for stored in checkpoints::list(connection, tree, after + 1, until, i64::MAX).await? {
        match verify(&stored.note, &keys) {
            Ok(checkpoint)
                if checkpoint.size == stored.size.cast_unsigned() && checkpoint.origin == state.origin(tree) =>
            {
                checker.checkpoint(&checkpoint, Seen::InLog);
            }
            Ok(_) => checker.forged("a stored checkpoint speaks of another log or size than its row"),
            Err(error) => checker.forged(&format!("the checkpoint of size {}: {error}", stored.size)),
        }
    }
    Ok(())
}

/// The announced prunings. A changed announcement is found by its own hash.
async fn prunings(connection: &mut PgConnection, tree: Uuid) -> Result<Prunings, sqlx::Error> {
    let announced = Search {
        filters: Filters {
            action: vec![PRUNED.to_owned()],
            ..Filters::default()
        },
        limit: i64::MAX,
        ..Search::default()
    };
    let announced = search(connection, tree, &announced).await?;
    Ok(Prunings::of(announced.iter().map(|event| &event.leaf)))
}

/// State between two pages.
struct Reading {
    prunings: Prunings,
    /// When the last event that is still stored was logged.
    logged_at: Option<DateTime<Utc>>,
}

impl Reading {
    /// Passes events and stubs to the checker, in the order of their indexes.
    fn take(&mut self, checker: &mut Checker, tree: Uuid, recorded: Vec<StoredRow>, stubs: &[(i64, Vec<u8>)]) {
        let mut stubs = stubs.iter().peekable();
        for event in recorded {
            while let Some((index, hash)) = stubs.next_if(|(index, _)| *index < event.log_index) {
                self.stub(checker, *index, hash);
            }
            // Pruned between two reads of the same page; the event was still read.
            stubs.next_if(|(index, hash)| *index == event.log_index && *hash == event.leaf_hash);
            let index = event.log_index.cast_unsigned();
            if !event.columns_agree(tree) {
                checker.found(
                    index,
                    Tampering::ColumnsDiffer,
                    "a column differs from the hashed event",
                );
            }
            checker.entry(index, Content::Leaf(&event.leaf), Hash::from_slice(&event.leaf_hash));
            self.logged_at = Leaf::from_bytes(&event.leaf)
                .ok()
                .map(|leaf| leaf.logged_at)
                .or(self.logged_at);
        }
        for (index, hash) in stubs {
            self.stub(checker, *index, hash);
        }
    }

    fn stub(&self, checker: &mut Checker, index: i64, hash: &[u8]) {
        let hash = Hash::from_slice(hash).unwrap_or(Hash::EMPTY);
        if !self.prunings.explain(index, self.logged_at) {
            let detail = "no announcement of a pruning names it, or it was too young to be pruned";
            checker.found(index.cast_unsigned(), Tampering::StubWithoutPruning, detail);
        }
        checker.entry(index.cast_unsigned(), Content::Stub(hash), Some(hash));
    }
}
