//! `replay`: events from a file into the log, for what could not go through the broker: an outbox
//! of a service that will not come back, dead letters whose cause is mended.

use crate::{
    AppState,
    actions::log::{
        sign_checkpoints,
        transfer::replay_events::{self, Replayed},
    },
    commands::{local_state, maintenance::Local},
};
use anyhow::Context;
use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

/// What `replay` reads.
#[derive(clap::Args)]
pub struct Replay {
    /// Envelopes as JSON, one a line: `SELECT envelope FROM <service>.outbox ORDER BY sequence`.
    file: PathBuf,
    #[command(flatten)]
    local: Local,
}

/// Appends the events of a file that are not in the log yet.
///
/// # Errors
/// Naming the line that cannot be appended; what stands before it is in the log, and the file may
/// be replayed again.
pub async fn replay(what: Replay) -> anyhow::Result<bool> {
    let (state, _) = local_state(&what.local.run_dir).await?;
    let Replayed { read } = replay_from(&state, &what.file).await?;
    println!("{read} events of the file are in the log");
    Ok(true)
}

/// The same, at an open desk.
///
/// # Errors
/// See [`replay`].
pub async fn replay_from(state: &AppState, path: &Path) -> anyhow::Result<Replayed> {
    let name = path.display();
    let file = File::open(path).with_context(|| name.to_string())?;
    let replayed = replay_events::execute(state, BufReader::with_capacity(1 << 20, file))
        .await
        .with_context(|| name.to_string())?;
    replay_events::announce(state, &replayed).await?;
    sign_checkpoints::execute(state).await?;
    Ok(replayed)
}
