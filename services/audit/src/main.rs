//! `medconnect-audit`: serve, migrate, verify, openapi.

use clap::{Parser, Subcommand};
use mc_audit::{config::Settings, startup};
use std::process::ExitCode;

/// What happened: a hash-linked log that no service can change, and who may read it.
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
    /// Verify the log in the database; exit status 0 only when it is whole.
    Verify {
        /// Print `{ok, size, head, first_bad, reason}`.
        #[arg(long)]
        json: bool,
    },
    /// Print the OpenAPI document.
    Openapi,
}

fn main() -> ExitCode {
    mc_chassis::process::run(async {
        match Cli::parse().command.unwrap_or(Command::Serve) {
            Command::Serve => startup::serve(Settings::load()?).await,
            Command::Migrate => startup::migrate(&Settings::load()?).await,
            Command::Verify { json } => startup::verify(&Settings::load()?, json).await,
            Command::Openapi => startup::print_openapi(),
        }
    })
}
