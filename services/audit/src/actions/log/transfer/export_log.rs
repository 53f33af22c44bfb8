//! Writes a tree of the log to a file that can be verified with the public key alone.

use crate::{
    AppState,
    domain::{Leaf, StoredRow},
    store::log::{checkpoints, events},
};
use chrono::SecondsFormat;
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_keyring::SealsError;
use mc_transparency::{ExportWriter, Hash, Header, WriteError};
use mc_vocabulary::{EventId, OrganizationId};
use serde_json::json;
use sqlx::PgConnection;
use std::{collections::BTreeMap, io::Write};
use uuid::Uuid;

/// Events that are read at a time.
const PAGE: i64 = 4_096;

/// A masked export has a checkpoint about every this many events; a complete one has all.
const CHECKPOINT_EVERY: i64 = 1_000;

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum ExportLogError {
    /// No checkpoint covers the tree.
    #[error("the log of {0} is empty, or nothing of it is signed yet")]
    Empty(Uuid),
    /// A row is missing or cannot be read.
    #[error("event {0} of the log is damaged; verify the log")]
    Damaged(i64),
    /// The sealed id of a patient cannot be opened.
    #[error("the sealed patient of event {0} cannot be opened")]
    Seal(i64, #[source] SealsError),
    /// The file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The store failed.
    #[error("the log cannot be read")]
    Store(#[from] sqlx::Error),
}

/// Writes `tree` up to its newest checkpoint; `complete` includes patients' ids and is for
/// encrypted files only. Returns the number of events. Call [`announce`] first.
pub async fn execute<W: Write>(
    state: &AppState,
    tree: Uuid,
    complete: bool,
    out: W,
) -> Result<(u64, W), ExportLogError> {
    let mut transaction = tenancy::begin_as_platform(&state.long_reads.worker_pool).await?;
    let newest = checkpoints::find_newest(&mut transaction, tree)
        .await?
        .ok_or(ExportLogError::Empty(tree))?;
    let size = newest.size.cast_unsigned();
    let now = state.clock.now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut writer = ExportWriter::new(out, &Header::new(state.origin(tree), tree.to_string(), size, now))?;
    let mut spoken = 0;
    for first in (0..newest.size).step_by(usize::try_from(PAGE).unwrap_or(usize::MAX)) {
        let end = newest.size.min(first + PAGE);
        let page = Page::read(state, &mut transaction, (tree, complete), first, end).await?;
        for index in first..end {
            page.write(&mut writer, index)?;
            let reached = page.checkpoints.get(&(index + 1));
            if let Some(note) = reached.filter(|_| complete || index + 1 - spoken >= CHECKPOINT_EVERY)
                && index + 1 < newest.size
            {
                writer.checkpoint(note)?;
                spoken = index + 1;
            }
        }
    }
    Ok((size, writer.finish(&newest.note)?))
}

/// Records the export in the log; returns the id of that event.
pub async fn announce(state: &AppState, tree: Uuid, complete: bool) -> Result<EventId, ExportLogError> {
    let mut transaction = tenancy::begin_as_platform(&state.long_reads.worker_pool).await?;
    if checkpoints::find_newest(&mut transaction, tree).await?.is_none() {
        return Err(ExportLogError::Empty(tree));
    }
    let record = RequestContext::for_worker("export", &state.clock)
        .audit("audit.log.export", Interaction::Execute)
        .detail("complete", complete);
    let organization_id = (!tree.is_nil()).then(|| OrganizationId::from(tree));
    let event_id = state
        .mailbox
        .enqueue(&mut transaction, organization_id, &record)
        .await?;
    transaction.commit().await?;
    Ok(event_id)
}

/// Whether an event is in `tree` under a signed checkpoint.
pub async fn is_signed(state: &AppState, tree: Uuid, event_id: EventId) -> Result<bool, sqlx::Error> {
    let mut transaction = tenancy::begin_as_platform(&state.long_reads.worker_pool).await?;
    let event = events::find(&mut transaction, tree, event_id).await?;
    let newest = checkpoints::find_newest(&mut transaction, tree).await?;
    Ok(event
        .zip(newest)
        .is_some_and(|(event, newest)| event.index < newest.size))
}

/// A page of the stored log.
struct Page {
    events: BTreeMap<i64, StoredRow>,
    stubs: BTreeMap<i64, Vec<u8>>,
    patients: BTreeMap<i64, String>,
    checkpoints: BTreeMap<i64, String>,
}

impl Page {
    async fn read(
        state: &AppState,
        connection: &mut PgConnection,
        (tree, complete): (Uuid, bool),
        first: i64,
        end: i64,
    ) -> Result<Self, ExportLogError> {
        // Stubs are read last: an event that is pruned meanwhile is read as one or the other.
        let events = events::list_rows(connection, tree, first, end).await?;
        let sealed = if complete {
            events::list_patients_sealed(connection, tree, first, end).await?
        } else {
            Vec::new()
        };
        let stubs = events::list_stubs(connection, tree, first, end).await?;
        let signed = checkpoints::list(connection, tree, first + 1, end, i64::MAX).await?;
        let mut patients = BTreeMap::new();
        for (index, event_id, sealed) in sealed {
            let opened = state
                .seals
                .open(OrganizationId::from(tree), "events.patient", event_id, &sealed)
                .await;
            let opened = opened.map_err(|error| ExportLogError::Seal(index, error))?;
            patients.insert(
                index,
                String::from_utf8(opened).map_err(|_| ExportLogError::Damaged(index))?,
            );
        }
        Ok(Self {
            events: events.into_iter().map(|event| (event.log_index, event)).collect(),
            stubs: stubs.into_iter().collect(),
            patients,
            checkpoints: signed.into_iter().map(|signed| (signed.size, signed.note)).collect(),
        })
    }

    fn write<W: Write>(&self, writer: &mut ExportWriter<W>, index: i64) -> Result<(), ExportLogError> {
        let hash = |bytes: &[u8]| Hash::from_slice(bytes).ok_or(ExportLogError::Damaged(index));
        match (self.events.get(&index), self.stubs.get(&index)) {
            (Some(event), _) => {
                Leaf::from_bytes(&event.leaf).map_err(|_| ExportLogError::Damaged(index))?;
                writer.entry(&event.leaf, hash(&event.leaf_hash)?)?;
            }
            (None, Some(stub)) => writer.stub(hash(stub)?)?,
            (None, None) => return Err(ExportLogError::Damaged(index)),
        }
        if let Some(patient) = self.patients.get(&index) {
            writer.sealed(&json!({ "patient_id": patient }))?;
        }
        Ok(())
    }
}
