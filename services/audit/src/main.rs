//! `medconnect-audit`: serve, migrate, openapi.

use clap::{Parser, Subcommand};
use mc_audit::{config::Settings, startup};
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
    /// Print the OpenAPI document.
    Openapi,
}

fn main() -> ExitCode {
    mc_chassis::process::run(async {
        match Cli::parse().command.unwrap_or(Command::Serve) {
            Command::Serve => startup::serve(Settings::load()?).await,
            Command::Migrate => startup::migrate(&Settings::load()?).await,
            Command::Openapi => startup::print_openapi(),
        }
    })
}
