//! `medconnect-auth`: serve, migrate, bootstrap, openapi.

use clap::{Parser, Subcommand};
use mc_auth::{config::Settings, startup};
use std::{path::PathBuf, process::ExitCode};

/// Who somebody is: organisations, users, second factors, tokens and their keys.
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
    /// Make an organisation and its first admin, where they are missing; prints their ids as JSON.
    Bootstrap {
        #[arg(long)]
        organization: String,
        #[arg(long)]
        email: String,
        /// File that holds the admin's password.
        #[arg(long)]
        password_file: PathBuf,
    },
    /// Print the OpenAPI document.
    Openapi,
}

fn main() -> ExitCode {
    mc_chassis::process::run(async {
        match Cli::parse().command.unwrap_or(Command::Serve) {
            Command::Serve => startup::serve(Settings::load()?).await,
            Command::Migrate => startup::migrate(&Settings::load()?).await,
            Command::Bootstrap {
                organization,
                email,
                password_file,
            } => startup::bootstrap(&Settings::load()?, organization, email, &password_file).await,
            Command::Openapi => startup::print_openapi(),
        }
    })
}
