//! Checks a log's exports, receipts and checkpoints with nothing but files and the log's public
//! key.

mod arguments;
mod check;
mod outcome;

use arguments::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let keys = match arguments.keys() {
        Ok(keys) => keys,
        Err(error) => return outcome::finish(&[outcome::Outcome::unclear("keys", error)], arguments.json),
    };
    let outcomes = match &arguments.command {
        Command::Export { file } => vec![check::export(file, &keys)],
        Command::Receipt { files } => files.iter().map(|file| check::receipt(file, &keys)).collect(),
        Command::Checkpoints { old, new, proof } => vec![check::checkpoints(old, new, proof.as_deref(), &keys)],
    };
    outcome::finish(&outcomes, arguments.json)
}
