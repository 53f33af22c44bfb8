//! What the README shows, on files: its blocks are compiled as they stand, and change files here.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use mc_hipaa::claim::ClaimBatch;
use mc_hipaa::remittance::Remittance;
use mc_hipaa::stream::benefits;
use mc_x12::check::{Report, Settings, check};
use mc_x12::synthetic::{Synthetic, claims, eligibility, remittance};
use mc_x12::{Envelope, Finding, Interchange, Limits, Line, TransactionKind};

fn generated(make: fn(&mut Synthetic, u64, &mut Vec<u8>) -> std::io::Result<()>) -> Vec<u8> {
    let mut out = Vec::new();
    make(&mut Synthetic::new(7), 6_000, &mut out).unwrap();
    out
}

struct Findings(Vec<String>);

impl Report for Findings {
    fn finding(&mut self, finding: &Finding<'_>) {
        self.0.push(format!("{}: {finding}", finding.place));
    }
}

fn findings(text: &str) -> Vec<String> {
    let mut found = Findings(Vec::new());
    check(text.as_bytes(), Limits::FILE, &Settings::default(), &mut found).unwrap();
    found.0
}

#[test]
fn changed_claims_are_sound_and_so_are_changed_segments() {
    let text = generated(claims);
    let interchange = Interchange::parse(&text).unwrap();
    let envelope = Envelope::of(&interchange).unwrap();
    let transaction = interchange.transactions().next().unwrap();
    let mut batch = ClaimBatch::read(transaction).unwrap().strict().unwrap();
    assert_eq!(batch.claims_mut().count(), batch.claims().count());
    for claim in batch.claims_mut().filter(|claim| claim.place == "11") {
        claim.place = "19".into();
    }
    let typed = batch.to_x12(&envelope).unwrap();
    assert!(typed.contains(":B:1*") && typed.contains("*19:B:") && !typed.contains("*11:B:"));
    assert_eq!(findings(&typed), [""; 0]);

    let mut out = envelope.open(TransactionKind::of(transaction).unwrap()).unwrap();
    for segment in &transaction.segments {
        let line = Line::from(segment);
        let line = if segment.id() == "CLM" {
            line.with_component(5, 1, "19")
        } else {
            line
        };
        out.push(line).unwrap();
    }
    let lines = out.finish().unwrap();
    assert!(lines.contains("*19:B:") && !lines.contains("*11:B:"));
    assert_eq!(findings(&lines), [""; 0]);
}

#[test]
fn an_envelope_of_another_form_is_none() {
    let text = String::from_utf8(generated(claims)).unwrap();
    let with = |from: &str, to: &str| Envelope::of(&Interchange::parse(text.replace(from, to).as_bytes()).unwrap());
    assert!(with("*T*:~", "*T*:~").is_some());
    assert_eq!(with("*T*:~", "*Q*:~"), None);
    assert_eq!(with("*0001", "*A001"), None);
}

#[test]
fn each_patient_of_a_file_of_271s_has_a_summary() {
    let text = generated(eligibility);
    let summaries = benefits(text.as_slice()).map(|next| next.unwrap().response.summary("98"));
    assert!(summaries.count() > 3);
}

#[test]
fn all_adjustments_are_those_of_the_claim_and_of_its_lines() {
    let text = generated(remittance);
    let interchange = Interchange::parse(&text).unwrap();
    let payment = Remittance::read(interchange.transactions().next().unwrap())
        .unwrap()
        .value;
    for claim in payment.claims() {
        let of_lines: usize = claim.lines.iter().map(|line| line.adjustments.len()).sum();
        assert_eq!(claim.all_adjustments().count(), claim.adjustments.len() + of_lines);
        let left = claim.charge.unwrap()
            - claim
                .all_adjustments()
                .filter_map(|one| one.amount)
                .sum::<rust_decimal::Decimal>();
        assert_eq!(Some(left), claim.paid);
    }
}
