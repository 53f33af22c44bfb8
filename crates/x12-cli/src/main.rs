//! Checks, acknowledges, converts, splits and makes X12 005010 files.
//!
//! Exit codes: 0 nothing stands in the way, 1 something was found wrong, 2 a file or an argument cannot be used.

mod acknowledge;
mod arguments;
mod generate;
mod inputs;
mod json;
mod split;
mod stats;
mod validate;

use arguments::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

/// How a command ended.
pub enum Outcome {
    /// Nothing stands in the way.
    Clean,
    /// Something was found wrong, and told.
    Found,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ended = match arguments.command {
        Command::Validate(options) => validate::run(&options),
        Command::Ack(options) => acknowledge::run(&options),
        Command::Json(options) => json::run(&options),
        Command::Split(options) => split::run(&options),
        Command::Generate(options) => generate::run(&options),
        Command::Stats(options) => stats::run(&options),
    };
    match ended {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        // Whoever reads has closed the pipe: that is no error of ours.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("medconnect-x12: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let closed = |cause: &std::io::Error| cause.kind() == std::io::ErrorKind::BrokenPipe;
    error.downcast_ref().is_some_and(closed)
}
