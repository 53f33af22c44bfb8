//! One cause gives one finding: what follows from it is not reported again.

use crate::sample::{answer, changed, claim, findings, payment};

/// Asserts that each edit has one finding, with this code.
fn one(text: &str, cases: &[(&str, &str, &str)]) {
    for (from, to, code) in cases {
        let found = findings(&changed(text, from, to));
        assert!(
            found.len() == 1 && found[0].starts_with(code),
            "{from} -> {to}: {found:?}"
        );
    }
}

#[test]
fn a_segment_that_is_left_out_is_missing_once() {
    one(
        &claim(),
        &[
            (
                "NM1*41*2*BILLING*****46*SENDER~",
                "",
                "IK304 3 segment 5 (NM1 in 1000A)",
            ),
            (
                "NM1*85*2*CLINIC*****XX*1234567893~",
                "",
                "IK304 3 segment 9 (NM1 in 2010AA)",
            ),
            ("N3*1 STREET~", "", "IK304 3 segment 10 (N3"),
            ("SV1*HC:99213*100*UN*1***1:2~", "", "IK304 3 segment 29 (SV1"),
        ],
    );
    one(
        &answer(),
        &[
            ("NM1*PR*2*PAYER*****PI*99999~", "", "IK304 3 segment 6 (NM1 in 2100A)"),
            ("NM1*IL*1*BIRCH*ADA****MI*M1~", "", "IK304 3 segment 11 (NM1 in 2100C)"),
        ],
    );
}

#[test]
fn a_misspelled_segment_is_unknown_and_not_missing() {
    one(
        &claim(),
        &[
            ("N3*1 STREET~", "NQ*1 STREET~", "IK304 1 "),
            ("SV1*HC:99213*100*", "SVQ*HC:99213*100*", "IK304 1 "),
            (
                "NM1*85*2*CLINIC*****XX*1234567893~",
                "NMQ*85*2*CLINIC*****XX*1234567893~",
                "IK304 1 ",
            ),
        ],
    );
    one(
        &payment(),
        &[
            ("SVC*HC:99213*100*80**1~", "SVQ*HC:99213*100*80**1~", "IK304 1 "),
            ("CLP*A1*1*100*", "CLQ*A1*1*100*", "IK304 1 "),
        ],
    );
}

#[test]
fn segments_in_the_wrong_order_are_one_finding() {
    one(
        &claim(),
        &[
            (
                "N3*1 STREET~N4*TOWN*NY*100010000~",
                "N4*TOWN*NY*100010000~N3*1 STREET~",
                "IK304 7 segment 11 (N3",
            ),
            (
                "HI*ABK:I10*ABF:E119~",
                "HI*ABK:I10*ABF:E119~REF*G1*1~",
                "IK304 7 segment 22 (REF",
            ),
        ],
    );
}

#[test]
fn a_segment_that_comes_twice_is_one_finding() {
    one(
        &claim(),
        &[
            (
                "SV1*HC:36415*50*UN*1***1~",
                "SV1*HC:36415*50*UN*1***1~SV1*HC:36415*50*UN*1***1~",
                "IK304 5 ",
            ),
            ("HI*ABK:I10*ABF:E119~", "HI*ABK:I10*ABF:E119~HI*ABK:I10~", "IK304 5 "),
        ],
    );
}

#[test]
fn a_segment_that_is_cut_has_no_findings_beside_those_of_its_envelopes() {
    let whole = claim();
    let at = whole.find("~CLM*").unwrap();
    for length in [3, 5, 8, 12] {
        let found = findings(&whole[..at + length]);
        let codes: Vec<&str> = found.iter().map(|found| &found[..7]).collect();
        assert_eq!(codes, ["IK502 2", "AK905 3", "TA105 0"], "{length}: {found:?}");
    }
}
