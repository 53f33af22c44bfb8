//! `medconnect-sandbox`: serve, migrate, provision, openapi.

use clap::{Parser, Subcommand};
use mc_sandbox::{
    actions::provision::{Provision, provision},
    config::Settings,
    startup,
};
use std::process::ExitCode;

/// Test mode: a payer, an EHR and Stripe with documented behaviour and scripted faults.
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
    /// Make the secrets of test mode where they are missing, and say in provisioned.json what was made.
    Provision(Box<Provision>),
    /// Print the `OpenAPI` document.
    Openapi,
}

fn main() -> ExitCode {
    mc_chassis::process::run(async {
        match Cli::parse().command.unwrap_or(Command::Serve) {
            Command::Serve => startup::serve(Settings::load()?).await,
            Command::Migrate => startup::migrate(&Settings::load()?).await,
            Command::Provision(wanted) => Ok(provision(&wanted.run_dir, &wanted.servers).map(|()| true)?),
            Command::Openapi => startup::print_openapi(),
        }
    })
}
