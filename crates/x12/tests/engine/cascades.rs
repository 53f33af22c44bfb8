//! One cause gives one finding: what follows from it is not reported again.

use crate::sample::{answer, changed, claim, each, findings, payment};

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

#[test]
fn an_envelope_has_one_finding_for_one_cause() {
    let text = claim();
    each(
        &text,
        &[
            (
                "*005010X222A1~BHT",
                "*005010X999A1~BHT",
                "IK502 I6 segment 3 (ST) element 3",
            ),
            (
                "8*X*005010X222A1",
                "8*X*005010X999A1",
                "AK905 2 segment 2 (GS) element 8",
            ),
            (
                "8*X*005010X222A1",
                "8*X*005010X221A1",
                "AK905 1 segment 2 (GS) element 1",
            ),
            ("SE*32*0001", "SE*many*0001", "IK502 4 segment 34 (SE) element 1"),
            ("SE*32*0001", "SE*32*1", "IK502 3 segment 34 (SE) element 2"),
            ("SE*32*0001", "SE*32", "IK502 3 segment 34 (SE) element 2"),
            (
                "REF*EI*123456789",
                "REF*EI*",
                "IK403 1 segment 12 (REF in 2010AA) element 2",
            ),
            (
                "REF*EI*123456789",
                "REF*SY*123-45-6789",
                "IK403 I12 segment 12 (REF in 2010AA) element 2",
            ),
        ],
    );
    let short = text.replace("ST*837*0001", "ST*837*1").replace("SE*32*0001", "SE*32*1");
    assert_eq!(findings(&short), ["IK502 7 segment 3 (ST) element 2"]);
}

#[test]
fn counts_are_digits_and_envelopes_hold_nothing_more() {
    each(
        &claim(),
        &[
            ("GE*1*8", "GE*+1*8", "AK905 5 segment 35 (GE) element 1"),
            ("SE*32*", "SE*+32*", "IK502 4 segment 34 (SE) element 1"),
            ("IEA*1*", "IEA*+1*", "TA105 021 segment 36 (IEA) element 1"),
            ("GE*1*8", "GE*1*8*X", "IK403 3 segment 35 (GE) element 3"),
            (
                "IEA*1*000000007",
                "IEA*1*000000007**X",
                "IK403 3 segment 36 (IEA) element 4",
            ),
            (
                "8*X*005010X222A1",
                "8*X*005010X222A1*X",
                "IK403 3 segment 2 (GS) element 9",
            ),
        ],
    );
}
