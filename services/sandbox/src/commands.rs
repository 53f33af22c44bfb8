//! The subcommand that only the sandbox has: the secrets of test mode.

use crate::actions::provision::{Provision, provision};
use clap::Subcommand;

/// The subcommands beside those of every service.
#[derive(Subcommand)]
pub enum Command {
    /// Make the secrets of test mode where they are missing, and list the accounts in
    /// provisioned.json
    Provision(Box<Provision>),
}

/// Runs a subcommand; true for exit status 0.
///
/// # Errors
/// Naming the file or setting that cannot be used.
pub fn run(command: Command) -> anyhow::Result<bool> {
    let Command::Provision(arguments) = command;
    provision(&arguments.run_dir, &arguments.servers)?;
    Ok(true)
}
