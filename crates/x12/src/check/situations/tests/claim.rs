use super::super::Situation as S;
use super::{Findings, findings};
use crate::finding::Rule;

const BATCH: &str = "BHT*0019*00*1*20240102*0304*CH~NM1*41*2*X*****46*A~PER*IC*X*TE*5552015000~NM1*40*2*Y*****46*B~HL*1**20*1~\
    NM1*85*2*CLINIC*****XX*1234567893~N3*1 ROAD~N4*TOWN*NY*100010000~REF*EI*123456789~HL*2*1*22*0~SBR*P*18*******CI~\
    NM1*IL*1*DOE*JO****MI*M1~N3*1 ROAD~N4*TOWN*NY*10001~DMG*D8*19800101*F~NM1*PR*2*PAYER*****PI*1~";
const CLAIM: &str = "CLM*C1*100***11:B:1*Y*A*Y*Y~HI*ABK:I10~LX*1~SV1*HC:99213*100*UN*1***1~DTP*472*D8*20240101~";
/// Another payer paid 60 and left 40.
const OTHER: &str = "SBR*S*18*******CI~AMT*D*60~OI***Y***Y~NM1*IL*1*DOE*JO****MI*M2~NM1*PR*2*OTHER*****PI*O1~";
const DECISION: &str = "SVD*O1*60*HC:99213**1~CAS*CO*45*40~DTP*573*D8*20240105~";

fn batch(text: &str) -> Findings {
    findings("HC", "837", "005010X222A1", text)
}

/// The findings in a valid batch after one change.
fn changed(from: &str, to: &str) -> Vec<(S, &'static str, u8)> {
    let text = format!("{BATCH}{CLAIM}");
    assert!(text.contains(from), "{from}");
    batch(&text.replacen(from, to, 1)).situations
}

/// The findings in a claim adjudicated by another payer, after one change.
fn decided(from: &str, to: &str) -> Findings {
    let (header, lines) = CLAIM.split_once("LX").unwrap();
    let text = format!("{BATCH}{header}{OTHER}LX{lines}{DECISION}");
    assert!(text.contains(from), "{from}");
    batch(&text.replacen(from, to, 1))
}

#[test]
fn a_sound_claim_breaks_no_rule() {
    assert_eq!(changed("", ""), []);
    let findings = decided("", "");
    assert_eq!((findings.situations, findings.sums), (vec![], vec![]));
}

#[test]
fn the_patient_is_the_subscriber_or_a_level_below() {
    assert_eq!(changed("SBR*P*18*", "SBR*P**"), [(S::PatientNotStated, "SBR", 2)]);
    assert_eq!(changed("DMG*D8*19800101*F~", ""), [(S::PatientUnknown, "DMG", 0)]);
    let below = "HL*3*2*23*0~PAT*19~NM1*QC*1*DOE*JI~N3*1 ROAD~N4*TOWN*NY*10001~DMG*D8*20100101*M~CLM*C1";
    assert_eq!(changed("CLM*C1", below), [(S::PatientAndSubscriber, "HL", 0)]);
}

#[test]
fn a_replacement_names_the_payers_claim() {
    assert_eq!(changed("11:B:1", "11:B:7"), [(S::PayerClaimNumber, "REF", 0)]);
    let named = CLAIM.replace("11:B:1", "11:B:8").replace("HI*", "REF*F8*P1~HI*");
    assert_eq!(batch(&format!("{BATCH}{named}")).situations, []);
}

#[test]
fn claims_have_numbers_of_their_own_and_lines_are_counted() {
    let twice = format!("{BATCH}{CLAIM}{CLAIM}");
    assert_eq!(batch(&twice).situations, [(S::ClaimTwice, "CLM", 1)]);
    assert_eq!(changed("LX*1", "LX*2"), [(S::LineNumber, "LX", 1)]);
}

#[test]
fn diagnoses_are_written_without_dots_and_pointed_at() {
    assert_eq!(changed("ABK:I10", "ABK:I10.1"), [(S::DiagnosisDot, "HI", 1)]);
    assert_eq!(changed("***1~DTP", "***1:2~DTP"), [(S::Pointer, "SV1", 7)]);
}

#[test]
fn an_accident_has_a_date_and_a_state() {
    let accident = |causes: &str| changed("*Y*A*Y*Y~", &format!("*Y*A*Y*Y**{causes}~"));
    assert_eq!(accident("OA"), [(S::AccidentDate, "DTP", 0)]);
    assert_eq!(
        accident("AA"),
        [(S::AccidentState, "CLM", 11), (S::AccidentDate, "DTP", 0)]
    );
    let findings = changed("*Y*A*Y*Y~", "*Y*A*Y*Y**AA:::NY~DTP*439*D8*20240101~");
    assert_eq!(findings, []);
}

#[test]
fn the_billing_provider_has_a_street_and_a_long_zip_code() {
    assert_eq!(changed("N3*1 ROAD", "N3*P.O. Box 7"), [(S::PostOfficeBox, "N3", 1)]);
    assert_eq!(changed("100010000", "10001"), [(S::ZipCode, "N4", 3)]);
    assert_eq!(changed("NY*100010000", "ON*K1A 0B1*CA"), []);
}

#[test]
fn other_payers_have_places_in_the_order_and_state_what_they_paid() {
    assert_eq!(
        decided("SBR*S", "SBR*P").situations,
        [(S::ResponsibilityTwice, "SBR", 1)]
    );
    assert_eq!(decided("AMT*D*60~", "").situations, [(S::OtherPayerPaid, "AMT", 0)]);
    // The payment of an unknown payer is not required.
    assert_eq!(decided("SVD*O1", "SVD*O2").situations, [(S::PayerUnknown, "SVD", 1)]);
}

#[test]
fn what_another_payer_decided_makes_the_charge_on_the_line_and_on_the_claim() {
    assert_eq!(
        decided("CAS*CO*45*40", "CAS*CO*45*30").sums,
        [Rule::OtherPayerLine, Rule::OtherPayer]
    );
    assert_eq!(decided("AMT*D*60", "AMT*D*50").sums, [Rule::OtherPayer]);
    // Two decisions of one payer on one line are added.
    let split = "SVD*O1*50*HC:99213**1~DTP*573*D8*20240105~SVD*O1*10*HC:99213**1~";
    assert_eq!(decided("SVD*O1*60*HC:99213**1~", split).sums, []);
}
