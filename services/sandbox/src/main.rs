//! `medconnect-sandbox`: serve, migrate, provision, openapi.

use clap::{Parser, Subcommand};
use mc_sandbox::{
    actions::provision::{Servers, provision},
    config::Settings,
    startup,
};
use std::{path::PathBuf, process::ExitCode};
use url::Url;

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
    /// Make the secrets of test mode where they are missing, and say what was made in provisioned.json.
    Provision {
        /// Folder that gets secrets/ and provisioned.json.
        #[arg(long)]
        run_dir: PathBuf,
        /// Postgres, as the role that owns the database.
        #[arg(long, env = "MC_POSTGRES_URL", hide_env_values = true)]
        postgres_url: Url,
        /// RabbitMQ.
        #[arg(long, env = "MC_RABBITMQ_URL", hide_env_values = true)]
        rabbitmq_url: Url,
        /// Redis.
        #[arg(long, env = "MC_REDIS_URL", hide_env_values = true)]
        redis_url: Url,
    },
    /// Print the OpenAPI document.
    Openapi,
}

fn main() -> ExitCode {
    mc_chassis::process::run(async {
        match Cli::parse().command.unwrap_or(Command::Serve) {
            Command::Provision {
                run_dir,
                postgres_url,
                rabbitmq_url,
                redis_url,
            } => {
                provision(
                    &run_dir,
                    &Servers {
                        postgres: postgres_url,
                        rabbitmq: rabbitmq_url,
                        redis: redis_url,
                    },
                )?;
                Ok(true)
            }
            Command::Serve => startup::serve(Settings::load()?).await,
            Command::Migrate => startup::migrate(&Settings::load()?).await,
            Command::Openapi => startup::print_openapi(),
        }
    })
}
