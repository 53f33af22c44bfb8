//! What a visit costs, from a 271: `cargo run -p mc-hipaa --example read_benefits FILE`. Without a
//! file it reads a synthetic one.

use std::error::Error;
use std::io::{Read, Write};

use mc_hipaa::stream::benefits;

/// Professional visit, office (data element 1365).
const SERVICE: &str = "98";

fn main() -> Result<(), Box<dyn Error>> {
    let out = &mut std::io::stdout().lock();
    match std::env::args().nth(1) {
        Some(file) => list(std::fs::File::open(file)?, out),
        None => list(synthetic()?.as_slice(), out),
    }
}

/// One line for each patient. What is not stated is not shown; zero is an amount.
fn list(source: impl Read, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    for next in benefits(source) {
        let response = next?.response;
        let summary = response.summary(SERVICE);
        write!(
            out,
            "{}: {:?}",
            response.trace_numbers().next().unwrap_or("?"),
            summary.status
        )?;
        if let Some(copay) = summary.copay {
            write!(out, ", copay {copay}")?;
        }
        if let Some(remaining) = summary.deductible_remaining {
            write!(out, ", remaining deductible {}", remaining.amount)?;
        }
        writeln!(out)?;
        for finding in &response.unread {
            writeln!(out, "  not read: {}: {finding}", finding.place)?;
        }
    }
    Ok(())
}

fn synthetic() -> std::io::Result<Vec<u8>> {
    let mut file = Vec::new();
    mc_x12::synthetic::eligibility(&mut mc_x12::synthetic::Synthetic::new(1), 4_000, &mut file)?;
    Ok(file)
}

#[test]
fn each_patient_has_a_line() {
    let mut out = Vec::new();
    list(synthetic().unwrap().as_slice(), &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert!(out.lines().count() > 1);
    assert!(out.lines().all(|line| line.contains("Active, copay ")), "{out}");
}
