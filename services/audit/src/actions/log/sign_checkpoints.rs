//! Signs a checkpoint of every tree that has grown, and publishes it outside the database.

use crate::{
    AppState,
    actions::log::prove::{self, ProveError},
    gateway::{checkpoint_files, checkpoint_stream},
    store::log::{
        checkpoints::{self, Signed},
        trees,
    },
};
use mc_access::tenancy;
use mc_transparency::{Checkpoint, Frontier, Hash, checkpoint::verify, verify_consistency};
use sqlx::PgConnection;
use uuid::Uuid;

/// Name of the position of the signer.
const FOLLOWER: &str = "checkpoints";

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignCheckpointsError {
    /// The store failed.
    #[error("the checkpoint cannot be stored")]
    Store(#[from] sqlx::Error),
    /// The folder outside the database.
    #[error("the checkpoint cannot be written outside the database")]
    File(#[from] std::io::Error),
    /// A consistency proof could not be made.
    #[error("the log cannot be proven to have only grown")]
    Prove(#[from] ProveError),
}

/// Signs every tree that has grown since. A tree that contradicts a checkpoint signed before is not
/// signed: it stays in `AppState::anchors` as refused until it is repaired. Returns the number of
/// signed trees.
///
/// # Errors
/// [`SignCheckpointsError`]; the next call tries again.
pub async fn execute(state: &AppState) -> Result<usize, SignCheckpointsError> {
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let read = trees::find_follower(&mut transaction, FOLLOWER).await?.unwrap_or(0);
    let appended = trees::list_newest_after(&mut transaction, read).await?;
    let Some(upto) = appended.iter().map(|(_, sequence, _)| *sequence).max() else {
        return Ok(0);
    };
    let now = state.clock.now();
    let mut signed = Vec::new();
    for (tree, _, frontier) in &appended {
        let (size, root) = (frontier.size(), frontier.root());
        if !follows(state, &mut transaction, *tree, frontier, root).await? {
            tracing::error!(organization.id = %tree, "a tree contradicts its signed checkpoint and is not signed; verify the log");
            continue;
        }
        let note = state.signer.sign(&state.checkpoint(*tree, size, root));
        checkpoints::insert(&mut transaction, *tree, size.cast_signed(), root, &note, now).await?;
        signed.push((*tree, size, root, note));
    }
    trees::update_follower(&mut transaction, FOLLOWER, upto).await?;
    // Published before the commit: signatures are deterministic, so a repeated note is the same.
    if let Some(folder) = &state.checkpoint_folder
        && !signed.is_empty()
    {
        checkpoint_files::append(folder, signed.iter().map(|(.., note)| note.as_str()), now)?;
    }
    transaction.commit().await?;
    for (tree, size, root, note) in &signed {
        state.anchors().note(*tree, *size, *root);
        let _ = state.notes.try_send(note.clone());
    }
    Ok(signed.len())
}

/// Signs what was appended, and returns the newest checkpoint of `tree`; None where it is empty.
///
/// # Errors
/// As [`execute`].
pub async fn newest(state: &AppState, tree: Uuid) -> Result<Option<Signed>, SignCheckpointsError> {
    execute(state).await?;
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    Ok(checkpoints::find_newest(&mut transaction, tree).await?)
}

/// Whether the current tree is consistent with its last signed checkpoint.
async fn follows(
    state: &AppState,
    connection: &mut PgConnection,
    tree: Uuid,
    frontier: &Frontier,
    root: Hash,
) -> Result<bool, SignCheckpointsError> {
    let anchor = state.anchors().find(tree);
    let Some((size, signed)) = anchor else {
        return Ok(true);
    };
    let holds = if size > frontier.size() {
        false
    } else {
        match prove::consistency(connection, tree, size, frontier.size()).await {
            Ok(proof) => verify_consistency(size, signed, frontier.size(), root, &proof).is_ok(),
            Err(ProveError::Store(error)) => return Err(error.into()),
            Err(_) => false,
        }
    };
    state.anchors().set_consistent(tree, holds);
    Ok(holds)
}

impl AppState {
    /// The checkpoint of a tree.
    pub fn checkpoint(&self, tree: Uuid, size: u64, root: Hash) -> Checkpoint {
        Checkpoint::new(self.origin(tree), size, root)
    }

    /// The origin of a tree: name of the signing key and organization.
    pub fn origin(&self, tree: Uuid) -> String {
        format!("{}/{tree}", self.signer.verifier().name())
    }

    /// The tree of an origin; None where it is not of this log.
    pub fn tree_of(&self, origin: &str) -> Option<Uuid> {
        origin
            .strip_prefix(self.signer.verifier().name())?
            .strip_prefix('/')?
            .parse()
            .ok()
    }
}

/// Loads the last signed checkpoints from the folder outside the database and from the database,
/// and checks every tree against them.
pub async fn load_anchors(state: &AppState) -> Result<(), SignCheckpointsError> {
    if let Some(folder) = &state.checkpoint_folder {
        record_anchors(state, &checkpoint_files::read(folder, 2)?);
    }
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    for tree in trees::list(&mut transaction).await? {
        if let Some(newest) = checkpoints::find_newest(&mut transaction, tree).await? {
            record_anchors(state, &[newest.note]);
        }
    }
    check_anchors(state, &mut transaction).await
}

/// The same from the broker's stream. Notes that cannot be read are ignored.
pub async fn load_anchors_from_stream(state: &AppState) -> Result<(), SignCheckpointsError> {
    record_anchors(state, &checkpoint_stream::read_last(&state.mailbox).await);
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    check_anchors(state, &mut transaction).await
}

fn record_anchors(state: &AppState, notes: &[String]) {
    let keys = [state.signer.verifier().clone()];
    for note in notes {
        if let Ok(checkpoint) = verify(note, &keys)
            && let Some(tree) = state.tree_of(&checkpoint.origin)
        {
            state.anchors().note(tree, checkpoint.size, checkpoint.root);
        }
    }
}

async fn check_anchors(state: &AppState, connection: &mut PgConnection) -> Result<(), SignCheckpointsError> {
    let trees = state.anchors().trees();
    for tree in trees {
        let frontier = trees::find(connection, tree).await?;
        if !follows(state, connection, tree, &frontier, frontier.root()).await? {
            tracing::error!(organization.id = %tree, "a tree contradicts its signed checkpoint; verify the log");
        }
    }
    Ok(())
}
