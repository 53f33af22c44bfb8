//! How many events a second the check of an export does on one core: `cargo run --release -p
//! mc-transparency --example verify_speed`.

use aws_lc_rs::{rand::SystemRandom, signature::Ed25519KeyPair};
use base64::{Engine, prelude::BASE64_STANDARD};
use mc_transparency::{Checkpoint, ExportWriter, Frontier, Hash, Header, Signer, VerifierKey, export};
use std::{error::Error, time::Instant};

const LEAF_LENGTH: usize = 600;
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let events = std::env::args().nth(1).map_or(Ok(500_000), |given| given.parse())?;
    let (file, key) = written(events)?;
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let checked = export::verify(file.as_slice(), std::slice::from_ref(&key))?;
        best = best.min(begun.elapsed().as_secs_f64());
        if !checked.verdict.ok {
            return Err(checked.verdict.reason.into());
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let rate = events as f64 / best;
    println!("verify: {rate:.0} events/s on one core ({events} events of {LEAF_LENGTH} bytes, best of {ROUNDS})");
    Ok(())
}

/// An export in memory, so that no disk is measured.
fn written(events: u64) -> Result<(Vec<u8>, VerifierKey), Box<dyn Error>> {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())?;
    let signer = Signer::from_pem(&BASE64_STANDARD.encode(pkcs8.as_ref()), "audit.bench")?;
    let header = Header::new("audit.bench", "bench", events, "2026-01-01T00:00:00Z");
    let mut writer = ExportWriter::new(Vec::new(), &header)?;
    let mut tree = Frontier::new();
    for n in 0..events {
        let mut leaf = format!("{{\"version\":2,\"event_id\":\"{n:032x}\",\"record\":\"").into_bytes();
        leaf.resize(LEAF_LENGTH - 2, b'x');
        leaf.extend_from_slice(b"\"}");
        let hash = Hash::leaf(&leaf);
        writer.entry(&leaf, hash)?;
        tree.push(hash);
    }
    let note = signer.sign(&Checkpoint::new("audit.bench", events, tree.root()));
    Ok((writer.finish(&note)?, signer.verifier().clone()))
}
