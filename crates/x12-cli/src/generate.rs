//! `generate`: valid synthetic files of any size, from a seed.

use super::Outcome;
use super::arguments::{Generate, Kind};
use super::messages::not_made;
use mc_x12::synthetic::{Synthetic, claims, eligibility, remittance};
use std::fs::File;
use std::io::{self, BufWriter, Write};

/// Writes one file.
pub fn run(options: &Generate) -> anyhow::Result<Outcome> {
    let out: Box<dyn Write> = match &options.out {
        None => Box::new(io::stdout().lock()),
        Some(path) => {
            let file = File::create_new(path).map_err(|error| not_made(error, path, "another one"))?;
            Box::new(file)
        }
    };
    let mut out = BufWriter::new(out);
    let mut synthetic = Synthetic::new(options.seed);
    let make = match options.kind {
        Kind::Claims => claims,
        Kind::Remittance => remittance,
        Kind::Eligibility => eligibility,
    };
    make(&mut synthetic, options.size, &mut out)?;
    out.flush()?;
    Ok(Outcome::Clean)
}
