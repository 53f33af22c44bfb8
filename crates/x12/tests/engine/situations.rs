//! What one value asks of another.

use crate::sample::{answer, claim, each, edited, told};

#[test]
fn an_npi_has_its_check_digit() {
    each(
        &claim(),
        &[(
            "*XX*1234567893",
            "*XX*1234567890",
            "STC01 A7:562 segment 9 (NM1 in 2010AA) element 9",
        )],
    );
    each(
        &answer(),
        &[(
            "*XX*1234567893",
            "*XX*123456789X",
            "STC01 A7:562 segment 8 (NM1 in 2100B) element 9",
        )],
    );
}

#[test]
fn the_subscriber_who_is_the_patient_is_described() {
    let text = edited(&claim(), "DMG*D8*19800229*F~", "").replace("SE*32", "SE*31");
    assert_eq!(told(&text), ["IK304 I6 segment 14 (DMG in 2010BA)"]);
}

#[test]
fn a_patient_of_its_own_does_not_follow_a_subscriber_who_is_the_patient() {
    let patient = "HL*3*2*23*0~PAT*19~NM1*QC*1*BIRCH*EVE~N3*2 ROAD~N4*TOWN*NY*10001~DMG*D8*20100101*F~CLM*A1";
    let text = edited(&claim(), "CLM*A1", patient);
    let text = edited(&text, "HL*2*1*22*0", "HL*2*1*22*1").replace("SE*32", "SE*38");
    assert_eq!(told(&text), ["IK304 I9 segment 20 (HL in 2000C)"]);
}

#[test]
fn a_replacement_names_the_claim_that_it_replaces() {
    let text = edited(&claim(), "11:B:1", "11:B:7");
    assert_eq!(told(&text), ["IK304 I6 segment 20 (REF in 2300)"]);
    let text = edited(&text, "HI*ABK", "REF*F8*P1~HI*ABK").replace("SE*32", "SE*33");
    assert_eq!(told(&text), [""; 0]);
}

#[test]
fn pointers_lead_to_diagnoses() {
    each(
        &claim(),
        &[
            (
                "***1:2~",
                "***1:3~",
                "IK403 I12 segment 29 (SV1 in 2400) element 7, component 2",
            ),
            (
                "HI*ABK:I10*",
                "HI*ABK:I1.0*",
                "IK403 I12 segment 21 (HI in 2300) element 1, component 2",
            ),
        ],
    );
}

#[test]
fn a_claim_has_at_most_fifty_lines() {
    let line = |n| format!("LX*{n}~SV1*HC:99213*0*UN*1***1~DTP*472*D8*20240101~");
    let more = (3..=52).map(line).collect::<Vec<_>>().concat();
    let text = edited(&claim(), "SE*32*", &format!("{more}SE*182*"));
    let told = told(&text);
    assert!(
        told.iter()
            .all(|told| told.starts_with("IK304 4 segment 178 (LX in 2400)")),
        "{told:?}"
    );
}

#[test]
fn an_answer_says_something() {
    let text = edited(&answer(), "EB*1*IND*30^98**GOLD~EB*B**98***27*25*****Y~", "").replace("SE*13", "SE*11");
    assert_eq!(told(&text), ["IK304 I6 segment 9 (HL in 2000C)"]);
    let text = edited(&text, "DMG*D8*19800229*F~", "AAA*N**75*C~DMG*D8*19800229*F~").replace("SE*11", "SE*12");
    assert_eq!(told(&text), [""; 0]);
}
