//! Checkpoints in a stream of the broker, which anyone with an account can read from the beginning
//! and nobody can edit.

use mc_contracts::topology::AUDIT_CHECKPOINTS;
use mc_mailbox::{Mailbox, Stream};
use std::{collections::VecDeque, time::Duration};
use tokio::sync::mpsc::Receiver;
use tokio_util::sync::CancellationToken;

/// Maximum number of notes that wait while the broker is away; above it the oldest is dropped,
/// because a newer one proves the same.
const MAX_WAITING: usize = 1_000;

/// Publishes notes until `stopping`.
pub async fn publish(mailbox: Mailbox, mut notes: Receiver<String>, stopping: CancellationToken) {
    let mut waiting: VecDeque<String> = VecDeque::new();
    let mut open: Option<Stream> = None;
    loop {
        while let Some(note) = waiting.front() {
            if open.as_ref().is_none_or(|stream| !stream.connected()) {
                open = mailbox.stream(&AUDIT_CHECKPOINTS).await.ok();
            }
            let Some(stream) = &open else { break };
            if let Err(error) = stream.append(note).await {
                tracing::warn!(error.message = %error, "a checkpoint waits for its stream");
                open = None;
                break;
            }
            waiting.pop_front();
        }
        // Waiting notes are tried again after a second; new ones are sent at once.
        let pause = if waiting.is_empty() {
            Duration::from_hours(1)
        } else {
            Duration::from_secs(1)
        };
        tokio::select! {
            note = notes.recv() => match note {
                Some(note) => {
                    waiting.push_back(note);
                    if waiting.len() > MAX_WAITING {
                        waiting.pop_front();
                    }
                }
                None => return,
            },
            () = tokio::time::sleep(pause) => {}
            () = stopping.cancelled() => return,
        }
    }
}

/// The notes that were published last; none where the broker is away.
pub async fn read_last(mailbox: &Mailbox) -> Vec<String> {
    let read = async { mailbox.stream(&AUDIT_CHECKPOINTS).await?.read_last().await };
    if let Ok(Ok(notes)) = tokio::time::timeout(Duration::from_secs(5), read).await {
        return notes;
    }
    tracing::warn!("the stream of checkpoints cannot be read; what was signed is known from elsewhere alone");
    Vec::new()
}
