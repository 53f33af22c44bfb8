//! Elements: cases beyond the single edits in `findings`.

use crate::sample::{claim, each, edited, findings, findings_in, payment};
use mc_x12::Interchange;
use mc_x12::check::{CodeLists, Settings};
use mc_x12::guide::List;

#[test]
fn dates_are_those_of_the_calendar_in_the_form_that_is_stated() {
    each(
        &claim(),
        &[
            (
                "*19800229*",
                "*19800230*",
                "IK403 8 segment 18 (DMG in 2010BA) element 2",
            ),
            (
                "RD8*20240101-20240102",
                "D8*20240101-20240102",
                "IK403 8 segment 33 (DTP in 2400) element 3",
            ),
        ],
    );
}

#[test]
fn numbers_of_forty_digits_are_too_long_and_added_to_nothing() {
    let long = "9".repeat(40);
    let text = edited(&claim(), "CLM*A1*150*", &format!("CLM*A1*{long}*"));
    assert_eq!(findings(&text), ["IK403 5 segment 20 (CLM in 2300) element 2"]);
    let text = edited(&payment(), "CAS*CO*45*15", &format!("CAS*CO*45*-{long}.{long}"));
    assert!(findings(&text).contains(&"IK403 5 segment 17 (CAS in 2110) element 3".to_owned()));
}

#[test]
fn a_list_of_the_caller_is_used() {
    let mut lists = CodeLists::default();
    lists.insert(List::AdjustmentReason, ["45".to_owned()]);
    let settings = Settings {
        lists,
        ..Settings::default()
    };
    assert_eq!(
        findings_in(payment().as_bytes(), &settings),
        ["IK403 7 segment 18 (CAS in 2110) element 2"]
    );
}

#[test]
fn bytes_that_are_no_text_are_reported_at_their_element() {
    let text = edited(&claim(), "BIRCH*ADA****MI*M1", "BI\u{0}CH*ADA****MI*M1");
    let bytes: Vec<u8> = text.bytes().map(|byte| if byte == 0 { 0xd1 } else { byte }).collect();
    assert_eq!(
        findings_in(&bytes, &Settings::default()),
        ["IK403 6 segment 15 (NM1 in 2010BA) element 3"]
    );
}

#[test]
fn a_byte_that_is_not_text_is_found_at_its_element_and_the_others_are_checked() {
    let text = edited(&claim(), "BIRCH*ADA****MI*M1", "MU?OZ*ADA****QQ*M1");
    let bytes: Vec<u8> = text
        .bytes()
        .map(|byte| if byte == b'?' { 0xd1 } else { byte })
        .collect();
    assert_eq!(
        findings_in(&bytes, &Settings::default()),
        [
            "IK403 6 segment 15 (NM1 in 2010BA) element 3",
            "IK403 7 segment 15 (NM1 in 2010BA) element 8"
        ]
    );
    let interchange = Interchange::parse(&bytes).unwrap();
    let name = interchange.transactions().next().unwrap().segments[11];
    assert_eq!((name.element(3), name.element(4), name.element(9)), ("", "ADA", "M1"));
    assert_eq!(name.undecodable().collect::<Vec<_>>(), [3]);
}
