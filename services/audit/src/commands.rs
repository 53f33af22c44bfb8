//! What is done by hand or by a timer beside the serving process.

pub mod backup;
pub mod maintenance;
pub mod replay;
pub mod verify;

use crate::{
    AppState,
    config::{Settings, use_local_system},
    startup::{self, SERVICE},
};
use backup::{Export, Restore};
use maintenance::{Local, Prune};
use mc_keyring::Secrets;
use mc_service_kit::CommandFuture;
use mc_vocabulary::Clock;
use replay::Replay;
use std::path::Path;
use verify::Verify;

/// A command of the audit service.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Verify the log, event by event; exit status 0 only when it is whole, 1 when it is damaged.
    Verify(Verify),
    /// Create the partitions ahead; move events of the default partition to their months. As the
    /// owner of the database.
    Maintain(Local),
    /// Prune what is past retention and on no legal hold. As the owner of the database.
    Prune(Prune),
    /// Write a log into a file that is checked with the public key alone, or, encrypted, restored.
    Export(Export),
    /// Restore a log from an encrypted export into one that is empty.
    Restore(Restore),
    /// Append the events of a file that are not in the log yet: envelopes as JSON, one a line.
    Replay(Replay),
}

/// Runs a command; true for exit status 0.
pub fn run(command: Command) -> CommandFuture {
    Box::pin(async {
        match command {
            Command::Verify(arguments) => verify::verify(arguments).await,
            Command::Maintain(arguments) => maintenance::maintain(arguments).await,
            Command::Prune(arguments) => maintenance::prune(arguments).await,
            Command::Export(arguments) => backup::export(arguments).await,
            Command::Restore(arguments) => backup::restore(arguments).await,
            Command::Replay(arguments) => replay::replay(arguments).await,
        }
    })
}

/// The state of a command, and where its secrets are read: by the settings or, where their secrets
/// folder does not exist, of a system that `make up` started in `run_dir`.
async fn local_state(run_dir: &Path) -> anyhow::Result<(AppState, Secrets)> {
    let mut settings = SERVICE.settings()?;
    use_local_system(&mut settings, run_dir, "secrets/audit");
    let secrets = Secrets::from_config(&settings.common.secrets).await?;
    Ok((state(settings, secrets.clone(), Clock::System).await?, secrets))
}

/// What actions work with, outside of a serving process.
///
/// # Errors
/// Naming the setting or secret that is wrong.
pub async fn state(
    settings: mc_service_kit::Settings<Settings>,
    secrets: Secrets,
    clock: Clock,
) -> anyhow::Result<AppState> {
    let mut kit = SERVICE.kit(settings.common, secrets, clock).await?;
    Ok(startup::state(&mut kit, &settings.own).await?.0)
}
