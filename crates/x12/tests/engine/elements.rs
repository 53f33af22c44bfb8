//! Elements: cases beyond the single edits in `findings`.

use crate::sample::{answer, changed, claim, each, edited, findings, findings_in, payment};
use mc_x12::check::{CodeLists, Report, Settings, check};
use mc_x12::guide::List;
use mc_x12::{Finding, Interchange, Limits};

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

#[test]
fn a_separator_in_a_simple_element_is_reported() {
    each(
        &claim(),
        &[
            (
                "N3*1 STREET~",
                "N3*1:STREET~",
                "IK403 6 segment 10 (N3 in 2010AA) element 1",
            ),
            (
                "NM1*85*2*CLINIC*",
                "NM1*85*2*CLI^NIC*",
                "IK403 6 segment 9 (NM1 in 2010AA) element 3",
            ),
            ("CLM*A1*", "CLM*A:1*", "IK403 6 segment 20 (CLM in 2300) element 1"),
            (
                "SV1*HC:36415*",
                "SV1*HC:36415:::::A^B*",
                "IK403 6 segment 32 (SV1 in 2400) element 1, component 7",
            ),
            (
                "SBR*S*18*GROUP*",
                "SBR*S*18*GROUP:1*",
                "IK403 6 segment 14 (SBR in 2000B) element 3",
            ),
        ],
    );
    let note = changed(&claim(), "HI*ABK", "NTE*ADD*A^B~HI*ABK");
    assert_eq!(findings(&note), ["IK403 6 segment 21 (NTE in 2300) element 2"]);
    // EB03 repeats, and ISA11 of 004010 declares no separator.
    assert_eq!(findings(&edited(&answer(), "30^98", "30^98^1")), [""; 0]);
    let undeclared = edited(
        &edited(&claim(), "*^*00501*", "*U*00501*"),
        "CLINIC*****",
        "CLI^NIC*****",
    );
    assert_eq!(findings(&undeclared), ["TA105 032 segment 1 (ISA) element 11"]);
}

#[test]
fn an_unknown_id_is_named_where_it_can_be_no_value() {
    let sentence = |id: &str| {
        let text = changed(&claim(), "HI*ABK", &format!("{id}*1~HI*ABK"));
        let mut sentences = Sentences::default();
        check(text.as_bytes(), Limits::FILE, &Settings::default(), &mut sentences).unwrap();
        sentences.0.concat()
    };
    for id in ["CAP", "Q1", "X9Z"] {
        assert_eq!(sentence(id), format!("There is no segment with the id {id}."));
    }
    for id in ["SMITH", "1AB", "A", "A-B", "Q B"] {
        assert_eq!(sentence(id), "There is no segment with this id.", "{id}");
    }
}

#[derive(Default)]
struct Sentences(Vec<String>);

impl Report for Sentences {
    fn finding(&mut self, finding: &Finding<'_>) {
        self.0.push(finding.to_string());
    }
}

#[test]
fn a_control_character_is_the_only_finding_of_its_value() {
    for (from, to, place) in [
        (
            "*XX*1234567893",
            "*XX*12345\u{1b}7893",
            "segment 9 (NM1 in 2010AA) element 9",
        ),
        ("HL*2*1*22", "HL*\u{7}2*1*22", "segment 13 (HL in 2000B) element 1"),
        ("HL*2*1*22", "HL*2*\u{7}1*22", "segment 13 (HL in 2000B) element 2"),
        ("SBR*S*18*", "SBR*S*1\u{7}*", "segment 14 (SBR in 2000B) element 2"),
    ] {
        assert_eq!(
            findings(&edited(&claim(), from, to)),
            [format!("IK403 6 {place}")],
            "{to:?}"
        );
    }
    let other = findings(&edited(&claim(), "SBR*S*18*", "SBR*S*19*"));
    assert_eq!(other, ["IK403 7 segment 14 (SBR in 2000B) element 2"]);
}
