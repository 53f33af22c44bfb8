//! Elements: forms, codes, conditions.

use crate::sample::{answer, claim, each, edited, payment, told, told_of};
use mc_x12::check::{CodeLists, Settings};
use mc_x12::guide::List;

#[test]
fn values_have_their_form() {
    each(
        &claim(),
        &[
            ("CLM*A1*150*", "CLM**150*", "IK403 1 segment 20 (CLM in 2300) element 1"),
            (
                "NM1*40*2*PAYER**",
                "NM1*40*2*PAYER*X*",
                "IK403 I10 segment 7 (NM1 in 1000B) element 4",
            ),
            (
                "N4*TOWN*NY*100010000~REF",
                "N4*T*NY*100010000~REF",
                "IK403 4 segment 11 (N4 in 2010AA) element 1",
            ),
            (
                "N3*1 STREET~",
                "N3*1 STREET*A*B~",
                "IK403 3 segment 10 (N3 in 2010AA) element 3",
            ),
            (
                "*19800229*",
                "*19810229*",
                "IK403 8 segment 18 (DMG in 2010BA) element 2",
            ),
            (
                "*19800229*",
                "*19800230*",
                "IK403 8 segment 18 (DMG in 2010BA) element 2",
            ),
            (
                "*20240102*0304*CH",
                "*20240102*2460*CH",
                "IK403 9 segment 4 (BHT) element 5",
            ),
            (
                "*20240101-20240102",
                "*20240102-20240101",
                "IK403 8 segment 33 (DTP in 2400) element 3",
            ),
            (
                "RD8*20240101-20240102",
                "D8*20240101-20240102",
                "IK403 8 segment 33 (DTP in 2400) element 3",
            ),
            (
                "NM1*IL*1*BIRCH*ADA****MI*M1",
                "NM1*IL*1*B\u{7}*ADA****MI*M1",
                "IK403 6 segment 15 (NM1 in 2010BA) element 3",
            ),
            (
                "NM1*IL*1*BIRCH*ADA****MI*M1",
                "NM1*IL*1*MUÑOZ*ADA****MI*M1",
                "IK403 6 segment 15 (NM1 in 2010BA) element 3",
            ),
            ("AMT*D*100", "AMT*D*1OO", "IK403 6 segment 24 (AMT in 2320) element 2"),
        ],
    );
}

#[test]
fn numbers_of_forty_digits_are_too_long_and_added_to_nothing() {
    let long = "9".repeat(40);
    let text = edited(&claim(), "CLM*A1*150*", &format!("CLM*A1*{long}*"));
    assert_eq!(told(&text), ["IK403 5 segment 20 (CLM in 2300) element 2"]);
    let text = edited(&payment(), "CAS*CO*45*15", &format!("CAS*CO*45*-{long}.{long}"));
    assert!(told(&text).contains(&"IK403 5 segment 17 (CAS in 2110) element 3".to_owned()));
}

#[test]
fn codes_are_those_of_the_guide() {
    each(
        &claim(),
        &[
            ("BHT*0019*00*", "BHT*0019*01*", "IK403 7 segment 4 (BHT) element 2"),
            ("*Y*A*Y*Y~", "*Q*A*Y*Y~", "IK403 7 segment 20 (CLM in 2300) element 6"),
            (
                "***11:B:1*",
                "***11:Q:1*",
                "IK403 7 segment 20 (CLM in 2300) element 5, component 2",
            ),
            (
                "***11:B:1*",
                "***11::1*",
                "IK403 1 segment 20 (CLM in 2300) element 5, component 2",
            ),
            (
                "***11:B:1*",
                "***11:B:1:9*",
                "IK403 13 segment 20 (CLM in 2300) element 5, component 4",
            ),
            (
                "***11:B:1*",
                "***00:B:1*",
                "IK403 7 segment 20 (CLM in 2300) element 5, component 1",
            ),
        ],
    );
    let text = edited(&answer(), "*30^98*", "*30^QQ^98*");
    assert_eq!(
        told(&text),
        ["IK403 7 segment 13 (EB in 2110C) element 3, repetition 2"]
    );
    let text = edited(&answer(), "*30^98*", &format!("*{}*", ["30"; 101].join("^")));
    assert_eq!(
        told(&text),
        ["IK403 12 segment 13 (EB in 2110C) element 3, repetition 100"]
    );
}

#[test]
fn conditions_between_elements_are_told_at_the_one_that_is_missing() {
    each(
        &claim(),
        &[
            (
                "PER*IC*DESK*TE*5550100000",
                "PER*IC*DESK*TE*5550100000*EX",
                "IK403 2 segment 6 (PER in 1000A) element 6",
            ),
            (
                "NM1*85*2*CLINIC*****XX*1234567893",
                "NM1*85*2*CLINIC******1234567893",
                "IK403 2 segment 9 (NM1 in 2010AA) element 8",
            ),
        ],
    );
    let text = edited(&payment(), "CAS*CO*45*15", "CAS*CO*45*15**1");
    assert!(
        told(&text)
            .iter()
            .all(|line| line.starts_with("IK403 2 segment 17 (CAS in 2110)")),
        "{:?}",
        told(&text)
    );
}

#[test]
fn a_list_of_the_caller_is_asked() {
    let mut lists = CodeLists::default();
    lists.give(List::AdjustmentReason, ["45".to_owned()]);
    let settings = Settings {
        lists,
        ..Settings::default()
    };
    assert_eq!(
        told_of(payment().as_bytes(), &settings),
        ["IK403 7 segment 18 (CAS in 2110) element 2"]
    );
}

#[test]
fn bytes_that_are_no_text_are_told_at_their_element() {
    let text = edited(&claim(), "BIRCH*ADA****MI*M1", "BI\u{0}CH*ADA****MI*M1");
    let bytes: Vec<u8> = text.bytes().map(|byte| if byte == 0 { 0xd1 } else { byte }).collect();
    assert_eq!(
        told_of(&bytes, &Settings::default()),
        ["IK403 6 segment 15 (NM1 in 2010BA) element 3"]
    );
}
