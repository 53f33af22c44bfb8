//! `replay`: appends events from a file to the log, for those that could not be delivered by the
//! broker: the outbox of a service that no longer runs, dead letters whose cause has been fixed.

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
/// Names the line that cannot be appended. The events before it are in the log, and the file may be
/// replayed again.
pub async fn replay(what: Replay) -> anyhow::Result<bool> {
    let (state, _) = local_state(&what.local.run_dir).await?;
    let Replayed { read } = replay_from(&state, &what.file).await?;
    println!("{read} events of the file are in the log");
    Ok(true)
}

/// The same, with an existing state.
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
