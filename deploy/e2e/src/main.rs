//! `medconnect-visit`: prepare, run, receipts, show, load, traces.

mod client;
mod load;
mod prepare;
mod receipts;
mod report;
mod scenarios;
mod signed_out;
mod steps;
mod test_mode;
mod traces;

use clap::{Parser, Subcommand, ValueEnum};
use std::{path::PathBuf, process::ExitCode};

/// Journeys across services, through the front door only.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Where the running system keeps its files.
    #[arg(long, global = true, default_value = ".run")]
    run_dir: PathBuf,
    /// The front door.
    #[arg(long, global = true, default_value = "http://127.0.0.1:8080")]
    front_door: String,
}

#[derive(Subcommand)]
enum Command {
    /// Make the accounts and data of test mode.
    Prepare {
        /// Where our programs are.
        #[arg(long, env = "MC_BIN_DIR", default_value = "target/debug")]
        bin_dir: PathBuf,
    },
    /// Carry one patient visit through all services.
    Run,
    /// Write the proof of the last visit: a receipt per event, and the public key.
    Receipts {
        /// Folder that gets the files.
        #[arg(long)]
        out: PathBuf,
    },
    /// Show one rule at work.
    Show {
        /// The rule.
        rule: Rule,
    },
    /// Read and write patient data many times, and write down the trace id of every answer.
    Load {
        /// Number of answers.
        #[arg(long, default_value_t = 1_000_000)]
        count: u64,
        /// Seed of the order of requests.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// File that gets the trace ids.
        #[arg(long)]
        answers: PathBuf,
    },
    /// Show the last visit as a tree of spans.
    Traces,
}

/// A rule that a reader can see at work.
#[derive(Clone, Copy, ValueEnum)]
enum Rule {
    /// A front-desk account is refused a chart.
    StaffRefused,
    /// A doctor without consent is refused a chart.
    NoConsent,
    /// The same doctor uses emergency access.
    Emergency,
    /// After a sign-out the access token opens nothing in any service.
    SignedOut,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Prepare { bin_dir } => prepare::prepare(&cli.run_dir, &cli.front_door, &bin_dir)
            .await
            .map(|()| true),
        Command::Run => steps::run(&cli.run_dir, &cli.front_door).await,
        Command::Receipts { out } => receipts::receipts(&cli.run_dir, &cli.front_door, &out).await,
        Command::Show { rule } => scenarios::show(rule, &cli.run_dir, &cli.front_door).await,
        Command::Load { count, seed, answers } => load::run(&cli.run_dir, &cli.front_door, count, seed, &answers).await,
        Command::Traces => traces::print(&cli.run_dir).map(|()| true),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("failed: {error:#}");
            eprintln!("next:   make status, then make up");
            ExitCode::FAILURE
        }
    }
}
