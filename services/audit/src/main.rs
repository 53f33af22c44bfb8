//! `medconnect-audit`: serve, migrate, verify, openapi.

use clap::{Parser, Subcommand};
use mc_audit::{config::Settings, startup};
use std::{path::PathBuf, process::ExitCode};

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
        /// Where a system started by `make up` keeps its files; read when no other secrets are named.
        #[arg(long, default_value = ".run")]
        run_dir: PathBuf,
    },
    /// Print the OpenAPI document.
    Openapi,
}

fn main() -> ExitCode {
    mc_chassis::process::run(async {
        match Cli::parse().command.unwrap_or(Command::Serve) {
            Command::Serve => startup::serve(Settings::load()?).await,
            Command::Migrate => startup::migrate(&Settings::load()?).await,
            Command::Verify { json, run_dir } => startup::verify(Settings::load()?, json, &run_dir).await,
            Command::Openapi => startup::print_openapi(),
        }
    })
}
