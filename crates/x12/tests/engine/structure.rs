//! Loops and segments against the guide.

use crate::sample::{answer, claim, each, edited, payment, told, told_of};
use mc_x12::Level;
use mc_x12::check::Settings;

#[test]
fn what_is_missing_is_told_where_it_should_have_come() {
    let counted = |text: String, from: &str, to: &str| edited(&text, from, to);
    let text = counted(edited(&claim(), "N3*1 STREET~", ""), "SE*32", "SE*31");
    assert_eq!(told(&text), ["IK304 3 segment 10 (N3 in 2010AA)"]);
    let text = counted(edited(&claim(), "NM1*PR*2*PAYER*****PI*99999~", ""), "SE*32", "SE*31");
    assert_eq!(told(&text), ["IK304 3 segment 19 (NM1 in 2010BB)"]);
    let text = counted(edited(&claim(), "HI*ABK:I10*ABF:E119~", ""), "SE*32", "SE*31");
    assert_eq!(
        told(&text)[0],
        "IK304 3 segment 21 (HI in 2300)",
        "and the pointers lead nowhere"
    );
    let text = counted(edited(&payment(), "TRN*1*EFT1*1999999999~", ""), "SE*18", "SE*17");
    assert_eq!(told(&text), ["IK304 3 segment 5 (TRN)"]);
}

#[test]
fn what_the_guide_has_no_place_for_is_told() {
    let with = |extra: &str| edited(&claim(), "HI*ABK:I10", &format!("{extra}~HI*ABK:I10")).replace("SE*32", "SE*33");
    assert_eq!(told(&with("EB*1")), ["IK304 2 segment 21 (EB in 2300)"]);
    assert_eq!(told(&with("QQQ*1")), ["IK304 1 segment 21 (? in 2300)"]);
    assert_eq!(told(&with("SMITH*1")), ["IK304 1 segment 21 (? in 2300)"]);
    let text = edited(&answer(), "DMG*D8", "CLM*1~DMG*D8").replace("SE*13", "SE*14");
    assert_eq!(told(&text), ["IK304 2 segment 12 (CLM in 2100C)"]);
}

#[test]
fn what_comes_too_often_is_told_once() {
    let dates = "DTM*405*20240103~";
    let text = edited(&payment(), dates, &dates.repeat(4)).replace("SE*18", "SE*21");
    assert_eq!(told(&text), ["IK304 5 segment 7 (DTM)"]);
    let loop_1000b = "NM1*40*2*PAYER*****46*RECEIVER~";
    let text = edited(&claim(), loop_1000b, &loop_1000b.repeat(3)).replace("SE*32", "SE*34");
    assert_eq!(told(&text), ["IK304 4 segment 8 (NM1 in 1000B)"]);
}

#[test]
fn a_wrong_qualifier_is_a_wrong_code() {
    let text = edited(&claim(), "REF*EI*", "REF*EX*");
    assert_eq!(told(&text)[0], "IK403 7 segment 12 (REF in 2010AA) element 1");
}

#[test]
fn levels_are_counted_and_name_the_one_around_them() {
    each(
        &claim(),
        &[
            (
                "HL*2*1*22*0",
                "HL*3*1*22*0",
                "IK403 7 segment 13 (HL in 2000B) element 1",
            ),
            (
                "HL*2*1*22*0",
                "HL*2*2*22*0",
                "IK403 7 segment 13 (HL in 2000B) element 2",
            ),
        ],
    );
    let text = edited(&answer(), "HL*3*2*22*0", "HL*3*9*22*0");
    assert_eq!(told(&text), ["IK403 7 segment 9 (HL in 2000C) element 2"]);
    // The level above says that nothing is inside: a warning.
    let text = edited(&answer(), "HL*2*1*21*1", "HL*2*1*21*0");
    assert_eq!(told(&text), ["IK403 7 segment 9 (HL in 2000C) element 2"]);
}

#[test]
fn a_level_below_is_not_checked_above_it() {
    let text = edited(&claim(), "N3*1 STREET~", "").replace("SE*32", "SE*31");
    let settings = Settings {
        level: Level::Syntax,
        ..Settings::default()
    };
    assert_eq!(told_of(text.as_bytes(), &settings), [""; 0]);
}
