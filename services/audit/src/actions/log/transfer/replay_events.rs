//! Appends the events of a file: envelopes as JSON, one per line, as in an outbox or the dead
//! letters. Events that are already logged are skipped, so that a file can be replayed twice.

use crate::{
    AppState,
    actions::log::append_events::{AppendEventsError, append_ready, make_ready},
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::{Envelope, Interaction};
use serde::Serialize;
use std::io::BufRead;
use tokio::sync::mpsc;

/// Events in one transaction.
const BATCH: usize = 5_000;

/// Why a replay ended early. What was appended stays; the replay can be repeated.
#[derive(Debug, thiserror::Error)]
pub enum ReplayEventsError {
    /// Not an envelope.
    #[error("line {0} of the file is no envelope")]
    Malformed(u64),
    /// The file cannot be read.
    #[error("the file cannot be read")]
    File(#[from] std::io::Error),
    /// An event can never be appended.
    #[error("line {line} can never be logged: {cause}")]
    Rejected {
        /// Number of the line.
        line: u64,
        /// The reason.
        cause: &'static str,
    },
    /// The log cannot be appended to.
    #[error(transparent)]
    Append(#[from] AppendEventsError),
}

/// The result of a replay.
#[derive(Debug, Default, Serialize)]
pub struct Replayed {
    /// Lines read.
    pub read: u64,
}

/// Replays a file. The next batch is prepared while the previous one is committed.
///
/// # Errors
/// [`ReplayEventsError`] naming the line.
pub async fn execute<R: BufRead + Send + 'static>(state: &AppState, file: R) -> Result<Replayed, ReplayEventsError> {
    let (sender, mut batches) = mpsc::channel(2);
    let reader = tokio::task::spawn_blocking(move || read(file, &sender));
    let mut replayed = Replayed::default();
    let mut waiting = None;
    loop {
        let next = async {
            match batches.recv().await {
                Some(envelopes) => Some(
                    make_ready(state, &envelopes)
                        .await
                        .map(|ready| (envelopes.len(), ready)),
                ),
                None => None,
            }
        };
        let commit = async {
            match waiting.take() {
                Some((count, ready)) => append_ready(state, ready).await.map(|rejected| (count, rejected)),
                None => Ok((0, Vec::new())),
            }
        };
        let (next, committed) = tokio::join!(next, commit);
        let (count, rejected) = committed?;
        if let Some((place, cause)) = rejected.into_iter().min() {
            let line = replayed.read + place as u64 + 1;
            return Err(ReplayEventsError::Rejected { line, cause });
        }
        replayed.read += count as u64;
        match next {
            Some(ready) => waiting = Some(ready.map_err(AppendEventsError::from)?),
            None => break,
        }
    }
    match reader.await {
        Ok(read) => read.map(|()| replayed),
        Err(_) => Err(std::io::Error::other("the reader ended").into()),
    }
}

/// Records the replay and its number of events in the platform's log.
pub async fn announce(state: &AppState, replayed: &Replayed) -> Result<(), sqlx::Error> {
    let record = RequestContext::for_worker("replay", &state.clock)
        .audit("audit.log.replay", Interaction::Create)
        .detail("events", replayed.read);
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    state.mailbox.enqueue(&mut transaction, None, &record).await?;
    transaction.commit().await
}

fn read<R: BufRead>(file: R, batches: &mpsc::Sender<Vec<Envelope>>) -> Result<(), ReplayEventsError> {
    let mut batch = Vec::with_capacity(BATCH);
    for (line, text) in (1..).zip(file.lines()) {
        let envelope = serde_json::from_str(&text?).map_err(|_| ReplayEventsError::Malformed(line))?;
        batch.push(envelope);
        if batch.len() == BATCH && batches.blocking_send(std::mem::take(&mut batch)).is_err() {
            return Ok(());
        }
    }
    let _ = batches.blocking_send(batch);
    Ok(())
}
