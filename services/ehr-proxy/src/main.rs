//! `medconnect-ehr-proxy`: serve, migrate, openapi.

use clap::{Parser, Subcommand};
use mc_ehr_proxy::{config::Settings, startup};
use std::process::ExitCode;

/// Reads and writes charts in the EHRs of others: consent, minimum necessary, audit.
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
    /// Print the `OpenAPI` document.
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
