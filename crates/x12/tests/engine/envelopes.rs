//! ISA, GS, ST and their trailers.

use crate::sample::{ANSWER, CLAIM, ISA, answer, check_within, claim, each, edited, group, interchange, told};
use mc_x12::Limits;
use mc_x12::check::Settings;
use mc_x12::finding::What;

#[test]
fn each_element_of_the_isa_has_its_code() {
    each(
        &claim(),
        &[
            ("ISA*00*", "ISA*99*", "TA105 010 segment 1 (ISA)"),
            (
                "*00*          *ZZ*C",
                "*99*          *ZZ*C",
                "TA105 012 segment 1 (ISA)",
            ),
            ("*ZZ*CLINIC  ", "*QQ*CLINIC  ", "TA105 005 segment 1 (ISA)"),
            ("*ZZ*PAYER  ", "*QQ*PAYER  ", "TA105 007 segment 1 (ISA)"),
            ("*240102*0304*^", "*24O102*0304*^", "TA105 014 segment 1 (ISA)"),
            ("*0304*^", "*03x4*^", "TA105 015 segment 1 (ISA)"),
            ("*00501*", "*00401*", "TA105 017 segment 1 (ISA)"),
            ("*0*T*:", "*2*T*:", "TA105 019 segment 1 (ISA)"),
            ("*0*T*:", "*0*X*:", "TA105 020 segment 1 (ISA)"),
        ],
    );
    let text = claim().replace("000000007", "00000000A");
    assert_eq!(told(&text), ["TA105 018 segment 1 (ISA)"]);
}

#[test]
fn trailers_must_agree() {
    each(
        &claim(),
        &[
            ("IEA*1*", "IEA*2*", "TA105 021 segment 36 (IEA)"),
            ("IEA*1*000000007", "IEA*1*000000008", "TA105 001 segment 36 (IEA)"),
            ("GE*1*8", "GE*2*8", "AK905 5 segment 35 (GE)"),
            ("GE*1*8", "GE*1*9", "AK905 4 segment 35 (GE)"),
            ("SE*32*0001", "SE*31*0001", "IK502 4 segment 34 (SE)"),
            ("SE*32*0001", "SE*32*0002", "IK502 3 segment 34 (SE)"),
        ],
    );
    let (found, _) = check_within(
        edited(&claim(), "SE*32*", "SE*many*").as_bytes(),
        Limits::FILE,
        &Settings::default(),
    );
    assert!(found.iter().any(|told| {
        told.what
            == What::TransactionCount {
                stated: None,
                found: 32,
            }
    }));
}

#[test]
fn missing_trailers_are_told_where_they_should_have_been() {
    let whole = claim();
    let cut = |trailer: &str| &whole[..whole.find(trailer).unwrap()];
    assert_eq!(told(cut("IEA*")), ["TA105 023 segment 0 ()"]);
    assert_eq!(told(cut("GE*")), ["AK905 3 segment 0 ()", "TA105 023 segment 0 ()"]);
    assert_eq!(
        told(cut("SE*")),
        ["IK502 2 segment 0 ()", "AK905 3 segment 0 ()", "TA105 023 segment 0 ()"]
    );
    let without_se = edited(&whole, "SE*32*0001~", "");
    assert_eq!(told(&without_se), ["IK502 2 segment 34 (GE)"]);
    let without_ge = edited(&whole, "GE*1*8~", "");
    assert_eq!(told(&without_ge), ["AK905 3 segment 35 (IEA)"]);
}

#[test]
fn control_numbers_have_their_form() {
    let text = claim().replace("*8*X*", "*8x*X*").replace("GE*1*8", "GE*1*8x");
    assert_eq!(told(&text), ["AK905 6 segment 2 (GS)"]);
    let text = claim().replace("*0001", "*1");
    assert_eq!(told(&text)[0], "IK502 7 segment 3 (ST)");
}

#[test]
fn doubles_are_told() {
    let one = claim();
    assert_eq!(told(&format!("{one}{one}")), ["TA105 025 segment 37 (ISA)"]);
    let set = group("HC", "005010X222A1", CLAIM, 1);
    assert_eq!(
        told(&interchange(&format!("{set}{set}"), 2)),
        ["AK905 19 segment 36 (GS)"]
    );
    let twice = group("HC", "005010X222A1", &format!("{CLAIM}{CLAIM}"), 2);
    assert_eq!(told(&interchange(&twice, 1)), ["IK502 23 segment 35 (ST)"]);
    // A control number that is too long is told as such, and not remembered.
    let long = "9".repeat(200);
    let text = interchange(&format!("{set}{set}").replace("*8*X*", &format!("*{long}*X*")), 2);
    assert!(!told(&text).iter().any(|line| line.starts_with("AK905 19")));
}

#[test]
fn kinds_and_versions_must_be_known() {
    each(
        &answer(),
        &[
            ("GS*HB*", "GS*HC*", "AK905 1 segment 2 (GS)"),
            ("ST*271*", "ST*278*", "IK502 1 segment 3 (ST)"),
        ],
    );
    let text = edited(&answer(), "*X*005010X279A1", "*X*004010X092A1");
    assert_eq!(told(&text)[0], "AK905 2 segment 2 (GS)");
    let text = edited(&answer(), "ST*271*0001*005010X279A1", "ST*271*0001*005010X279");
    assert_eq!(told(&text)[0], "IK502 I6 segment 3 (ST)");
}

#[test]
fn what_stands_outside_is_told() {
    let text = interchange("NM1*IL~", 0);
    assert_eq!(told(&text), ["TA105 022 segment 2 (NM1)"]);
    let text = interchange(ANSWER, 0);
    assert!(told(&text).iter().all(|line| line.starts_with("TA105 022")));
    assert_eq!(
        told(&format!("{ISA}GE*1*8~IEA*0*000000007~")),
        ["TA105 022 segment 2 (GE)"]
    );
}

#[test]
fn what_is_left_open_ends_where_the_next_begins() {
    let whole = claim();
    let cut = &whole[..whole.find("SE*").unwrap()];
    let next = edited(&whole, "*000000007*0*", "*000000008*0*").replace("IEA*1*000000007", "IEA*1*000000008");
    assert_eq!(
        told(&format!("{cut}{next}")),
        [
            "IK502 2 segment 34 (ISA)",
            "AK905 3 segment 34 (ISA)",
            "TA105 023 segment 34 (ISA)"
        ]
    );
}
