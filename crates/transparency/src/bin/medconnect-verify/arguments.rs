//! The command line.

use clap::{Parser, Subcommand};
use mc_transparency::VerifierKey;
use std::{fs, path::PathBuf};

/// Checks a MedConnect audit log with nothing but files and the log's public key.
///
/// Exit status: 0 whole, 1 damaged, 2 unclear (the input cannot be checked).
#[derive(Debug, Parser)]
#[command(name = "medconnect-verify", version)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    /// A public key of the log: name+id+key. May be given several times.
    #[arg(long = "key", global = true, value_name = "VKEY")]
    key: Vec<VerifierKey>,
    /// A file of public keys, one a line; lines that begin with # are passed over.
    #[arg(long, global = true, value_name = "FILE")]
    key_file: Vec<PathBuf>,
    /// Answer as JSON, one object a line.
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// A whole log in a file.
    Export {
        /// The file.
        file: PathBuf,
    },
    /// The proof of one event.
    Receipt {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Whether the log of the one checkpoint has grown into that of the other.
    Checkpoints {
        /// The checkpoint seen earlier.
        old: PathBuf,
        /// The checkpoint seen later.
        new: PathBuf,
        /// The consistency proof: a base64 hash a line, or JSON with a list `proof`.
        #[arg(long)]
        proof: Option<PathBuf>,
    },
}

impl Arguments {
    /// The keys of both options.
    pub fn keys(&self) -> Result<Vec<VerifierKey>, String> {
        let mut keys = self.key.clone();
        for file in &self.key_file {
            let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
            let lines = text.lines().map(str::trim);
            for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
                keys.push(line.parse().map_err(|error| format!("{}: {error}", file.display()))?);
            }
        }
        if keys.is_empty() {
            return Err("give the log's public key with --key or --key-file".to_owned());
        }
        Ok(keys)
    }
}
