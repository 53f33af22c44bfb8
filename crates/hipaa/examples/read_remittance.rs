//! Lists the payments of an 835 of any size: `cargo run -p mc-hipaa --example read_remittance
//! FILE`. Without a file it reads a synthetic one.

use std::error::Error;
use std::io::{Read, Write};

use mc_hipaa::stream::{StreamedRemittance, remittances};

fn main() -> Result<(), Box<dyn Error>> {
    let out = &mut std::io::stdout().lock();
    match std::env::args().nth(1) {
        Some(file) => list(std::fs::File::open(file)?, out),
        None => list(synthetic()?.as_slice(), out),
    }
}

/// One line for each claim: its number, what was paid of its charge, and the patient's share.
fn list(source: impl Read, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    for next in remittances(source) {
        let next = next?;
        // What could not be read in the claim, its group and the payment.
        let unread: Vec<_> = next.unread().copied().collect();
        match next {
            StreamedRemittance::Claim(payment) => {
                let claim = &payment.claim.value;
                let amount = |amount: Option<rust_decimal::Decimal>| amount.map_or("?".to_owned(), |it| it.to_string());
                let (paid, charge) = (amount(claim.paid), amount(claim.charge));
                let patient = amount(claim.adjusted_to_patient());
                writeln!(out, "{}: {paid} of {charge}, patient {patient}", claim.control_number)?;
            }
            StreamedRemittance::ProviderAdjustments { adjustments, .. } => {
                writeln!(out, "{} adjustments outside the claims", adjustments.value.len())?;
            }
            _ => {}
        }
        for finding in unread {
            writeln!(out, "  not read: {}: {finding}", finding.place)?;
        }
    }
    Ok(())
}

fn synthetic() -> std::io::Result<Vec<u8>> {
    let mut file = Vec::new();
    mc_x12::synthetic::remittance(&mut mc_x12::synthetic::Synthetic::new(1), 4_000, &mut file)?;
    Ok(file)
}

#[test]
fn each_claim_is_listed() {
    let file = synthetic().unwrap();
    let mut out = Vec::new();
    list(file.as_slice(), &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    let claims = file
        .windows(5)
        .filter(|window| window == b"~CLP*" || window == b"\nCLP*")
        .count();
    assert!(claims > 0);
    assert_eq!(out.lines().filter(|line| line.contains(" of ")).count(), claims);
    assert!(!out.contains("not read"));
}
