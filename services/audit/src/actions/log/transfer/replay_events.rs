//! Appends the events of a file: envelopes as JSON, one a line, as an outbox or the dead letters hold them. What stands in the log already is passed
//! over, so that a file may be replayed twice.

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

/// Why a replay ended early. What was appended before stays; it can be repeated.
#[derive(Debug, thiserror::Error)]
pub enum ReplayEventsError {
    /// Not an envelope.
    #[error("line {0} of the file is no envelope")]
    Malformed(u64),
    /// The file cannot be read.
    #[error("the file cannot be read")]
    File(#[from] std::io::Error),
    /// An event cannot be appended.
    #[error("line {line} can never be logged: {cause}")]
    Rejected {
        /// Where.
        line: u64,
        /// Why.
        cause: &'static str,
    },
    /// The log.
    #[error(transparent)]
    Append(#[from] AppendEventsError),
}

/// What a replay did.
#[derive(Debug, Default, Serialize)]
pub struct Replayed {
    /// Lines read.
    pub read: u64,
}

/// Replays. The next batch is read and made ready while the one before is committed.
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

/// Says in the platform's log that a file was replayed, and how many events it held.
pub async fn announce(state: &AppState, replayed: &Replayed) -> Result<(), sqlx::Error> {
    let record = RequestContext::for_worker("replay", &state.clock)
        .audit("audit.log.replay", Interaction::Create)
        .detail("events", replayed.read);
    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
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
