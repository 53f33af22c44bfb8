//! Restores a tree of the log from a complete export, into a log that does not have it.

use crate::{
    AppState,
    domain::{Leaf, Prepared, begun, full_tiles, retention::first_of},
    store::log::{
        checkpoints, events, tiles,
        trees::{self, Appended},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_keyring::SealsError;
use mc_transparency::{
    Checkpoint, Frontier, Hash,
    export::{ExportError, Record},
};
use mc_vocabulary::OrganizationId;
use serde_json::Value;
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Events that are appended at a time: whole tiles.
const CHUNK: usize = 2_048;

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreLogError {
    /// The log is not empty.
    #[error("the log of {0} is not empty: restore goes into an empty one only")]
    NotEmpty(Uuid),
    /// A line has unexpected content.
    #[error("event {0} of the file is not what it should be")]
    Wrong(u64),
    /// The restored tree has another root than the signed one.
    #[error("the restored log does not have the signed root")]
    WrongRoot,
    /// The tiles cannot be computed.
    #[error("the tiles of the log cannot be made")]
    Tiles,
    /// The file cannot be written.
    #[error("the file cannot be read")]
    File(#[from] ExportError),
    /// Sealing failed.
    #[error("a patient's id cannot be sealed")]
    Seal(#[from] SealsError),
    /// The store failed.
    #[error("the log cannot be written")]
    Store(#[from] sqlx::Error),
}

/// A tree that is being restored.
struct Restore<'a> {
    state: &'a AppState,
    tree: Uuid,
    transaction: &'a mut PgConnection,
    frontier: Frontier,
    hashes: Vec<Hash>,
    events: Vec<Prepared>,
    stubs: Vec<(i64, Hash)>,
    notes: Vec<(Checkpoint, String)>,
    logged_at: DateTime<Utc>,
    /// Restored commits are numbered before all others, so that followers do not read them as new.
    sequence: i64,
}

/// Appends the records of a verified export with checkpoint `signed` to the empty tree `tree`, in
/// one transaction.
pub async fn execute(
    state: &AppState,
    tree: Uuid,
    signed: (u64, Hash),
    records: impl Iterator<Item = Result<Record, ExportError>>,
) -> Result<(), RestoreLogError> {
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let stands = trees::get_for_update(&mut transaction, &[tree]).await?;
    if stands.values().any(|frontier| frontier.size() > 0)
        || events::list_trees(&mut transaction).await?.contains(&tree)
    {
        return Err(RestoreLogError::NotEmpty(tree));
    }
    let commits = i64::try_from(signed.0.div_ceil(CHUNK as u64)).unwrap_or(i64::MAX);
    let first = trees::find_first_sequence(&mut transaction).await?;
    let mut restore = Restore {
        state,
        tree,
        frontier: Frontier::new(),
        hashes: Vec::with_capacity(CHUNK),
        events: Vec::with_capacity(CHUNK),
        stubs: Vec::new(),
        notes: Vec::new(),
        logged_at: state.clock.now(),
        sequence: first.min(1) - commits,
        transaction: &mut transaction,
    };
    for record in records {
        restore.take(record?).await?;
    }
    restore.append().await?;
    if (restore.frontier.size(), restore.frontier.root()) != signed {
        return Err(RestoreLogError::WrongRoot);
    }
    let record = RequestContext::for_worker("restore", &state.clock)
        .audit("audit.log.restore", Interaction::Create)
        .detail("events", signed.0);
    let organization_id = (!tree.is_nil()).then(|| OrganizationId::from(tree));
    state
        .mailbox
        .enqueue(&mut transaction, organization_id, &record)
        .await?;
    transaction.commit().await?;
    Ok(())
}

impl Restore<'_> {
    async fn take(&mut self, record: Record) -> Result<(), RestoreLogError> {
        // A sealed patient belongs to the event before it.
        if self.hashes.len() == CHUNK && !matches!(record, Record::Sealed(_) | Record::Checkpoint(_)) {
            self.append().await?;
        }
        let index = self.frontier.size() + self.hashes.len() as u64;
        let wrong = || RestoreLogError::Wrong(index);
        match record {
            Record::Leaf(bytes) => {
                let leaf = Leaf::from_bytes(&bytes).map_err(|_| wrong())?;
                if leaf.tree() != self.tree {
                    return Err(wrong());
                }
                self.logged_at = leaf.logged_at;
                let leaf_hash = Hash::leaf(&bytes);
                self.hashes.push(leaf_hash);
                self.events.push(Prepared {
                    tree: self.tree,
                    index: index.cast_signed(),
                    leaf,
                    bytes,
                    leaf_hash,
                    patient_sealed: None,
                });
            }
            Record::Stub(hash) => {
                self.hashes.push(hash);
                self.stubs.push((index.cast_signed(), hash));
            }
            Record::Sealed(value) => self.patient(&value).await?,
            Record::Checkpoint(note) => {
                let (text, _) = note.split_once("\n\n").ok_or_else(wrong)?;
                let checkpoint = Checkpoint::parse(&format!("{text}\n")).ok_or_else(wrong)?;
                self.notes.push((checkpoint, note));
            }
        }
        Ok(())
    }

    async fn patient(&mut self, value: &Value) -> Result<(), RestoreLogError> {
        let wrong = RestoreLogError::Wrong(self.frontier.size() + self.hashes.len() as u64);
        let (Some(event), Some(patient)) = (self.events.last_mut(), value["patient_id"].as_str()) else {
            return Err(wrong);
        };
        let (organization_id, event_id) = (OrganizationId::from(self.tree), event.leaf.event_id);
        let seals = &self.state.seals;
        let sealed = seals
            .seal(organization_id, "events.patient", event_id, patient.as_bytes())
            .await?;
        event.patient_sealed = Some(sealed);
        Ok(())
    }

    /// Appends the collected records as one commit.
    async fn append(&mut self) -> Result<(), RestoreLogError> {
        let first = self.frontier.size();
        let size = first + self.hashes.len() as u64;
        if size > first {
            let made = self.events.iter().filter_map(|event| month(event.leaf.event_id.uuid()));
            for month in made.collect::<BTreeSet<_>>() {
                events::insert_month(self.transaction, month).await?;
            }
            let stood = tiles::list(self.transaction, self.tree, &begun(first, size)).await?;
            let full = full_tiles(first, &self.hashes, &stood).ok_or(RestoreLogError::Tiles)?;
            tiles::insert(self.transaction, self.tree, &full).await?;
            events::insert(self.transaction, &self.events).await?;
            events::insert_stubs(self.transaction, self.tree, &self.stubs).await?;
            self.frontier.extend(self.hashes.drain(..));
            let appended = Appended {
                tree: self.tree,
                first: first.cast_signed(),
                size: size.cast_signed(),
                frontier: self.frontier.to_bytes(),
            };
            trees::insert_restored(self.transaction, &appended, self.sequence, self.logged_at).await?;
            self.sequence += 1;
            self.events.clear();
            self.stubs.clear();
        }
        for (checkpoint, note) in self.notes.drain(..) {
            let size = checkpoint.size.cast_signed();
            checkpoints::insert(
                self.transaction,
                self.tree,
                size,
                checkpoint.root,
                &note,
                self.logged_at,
            )
            .await?;
        }
        Ok(())
    }
}

/// The first day of the month in which an id was made; None where the id holds no time.
fn month(id: Uuid) -> Option<NaiveDate> {
    let (seconds, _) = id.get_timestamp()?.to_unix();
    let made_at = DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)?;
    Some(first_of(made_at.date_naive()))
}
