//! `medconnect-audit`: serve, migrate, verify, maintain, prune, export, restore, replay, openapi.

use clap::{Parser, Subcommand};
use mc_audit::{
    config::Settings,
    startup::{
        self,
        backup::{Export, Restore, export, restore},
        maintenance::{Local, Prune, maintain, prune},
        replay::{Replay, replay},
        verify::{Verify, verify},
    },
};
use std::process::ExitCode;

/// What happened: a log that proves itself, and who may read it.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve (the default).
    Serve,
    /// Bring the schema up to date.
    Migrate,
    /// Verify the log, event by event; exit status 0 only when it is whole, 1 when it is damaged.
    Verify(Verify),
    /// Add the months ahead; give events of no known month theirs. As the owner of the database.
    Maintain(Local),
    /// Prune what is past retention and on no legal hold. As the owner of the database.
    Prune(Prune),
    /// Write a log into a file that is checked with the public key alone, or, encrypted, restored.
    Export(Export),
    /// Bring a log back from an encrypted export, into one that is empty.
    Restore(Restore),
    /// Append the events of a file that are not in the log yet: envelopes as JSON, one a line.
    Replay(Replay),
    /// Print the OpenAPI document.
    Openapi,
}

fn main() -> ExitCode {
    mc_chassis::process::run(async {
        match Cli::parse().command.unwrap_or(Command::Serve) {
            Command::Serve => startup::serve(Settings::load()?).await,
            Command::Migrate => startup::migrate(&Settings::load()?).await,
            Command::Verify(what) => verify(Settings::load()?, what).await,
            Command::Maintain(local) => maintain(Settings::load()?, local).await,
            Command::Prune(what) => prune(Settings::load()?, what).await,
            Command::Export(what) => export(Settings::load()?, what).await,
            Command::Restore(what) => restore(Settings::load()?, what).await,
            Command::Replay(what) => replay(Settings::load()?, what).await,
            Command::Openapi => startup::print_openapi(),
        }
    })
}
