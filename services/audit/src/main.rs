//! `medconnect-audit`: serve, migrate, verify, openapi.

use clap::{Parser, Subcommand};
use mc_audit::{
    config::Settings,
    startup::{
        self,
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
    /// Print the OpenAPI document.
    Openapi,
}

fn main() -> ExitCode {
    mc_chassis::process::run(async {
        match Cli::parse().command.unwrap_or(Command::Serve) {
            Command::Serve => startup::serve(Settings::load()?).await,
            Command::Migrate => startup::migrate(&Settings::load()?).await,
            Command::Verify(what) => verify(Settings::load()?, what).await,
            Command::Openapi => startup::print_openapi(),
        }
    })
}
