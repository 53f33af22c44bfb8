//! Checks, acknowledges, converts, splits and generates X12 005010 files.
//!
//! Exit codes: 0 success, 1 errors in the data or an output whose reader left, 2 an unusable file
//! or argument.

mod acknowledge;
mod arguments;
mod damage;
mod generate;
mod help;
mod inputs;
mod json;
mod messages;
mod outcome;
mod split;
mod stats;
mod typed;
mod validate;

use arguments::{Arguments, Command};
use clap::Parser;
use outcome::Outcome;
use std::process::ExitCode;

/// Typed values hold many short strings: a fifth of the time is spent on memory with the system's
/// allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ended = match arguments.command {
        Command::Validate(options) => validate::run(&options),
        Command::Ack(options) => acknowledge::run(&options),
        Command::Json(options) if options.typed => typed::run(&options),
        Command::Json(options) => json::run(&options),
        Command::Split(options) => split::run(&options),
        Command::Generate(options) => generate::run(&options),
        Command::Stats(options) => stats::run(&options),
    };
    match ended {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Ok(Outcome::Unusable) => ExitCode::from(2),
        // A reader that has left needs no message, but the output is not complete.
        Err(error) if is_closed_pipe(&error) => ExitCode::from(1),
        Err(error) => {
            messages::warn(&format!("{error:#}"));
            ExitCode::from(2)
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let closed = |cause: &std::io::Error| cause.kind() == std::io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref().is_some_and(closed))
}
